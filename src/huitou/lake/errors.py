"""What is wrong with a file, said before anything is taken."""

from huitou.kernel.errors import N_, HuitouError


class FileMissing(HuitouError):
    code = "file_missing"
    message = N_("There is no file {path}.")
    next_step = N_("Check the path; a relative path starts at {folder}.")


class FileEmpty(HuitouError):
    code = "file_empty"
    message = N_("The file {path} has no rows.")
    next_step = N_("Export it again from the till and look at its size.")


class FileUnreadable(HuitouError):
    code = "file_unreadable"
    message = N_("The file {path} cannot be read as {kind}: {reason}")
    next_step = N_("Open it in a spreadsheet, save it as CSV (UTF-8) or Parquet, and import that.")


class FileKindUnknown(HuitouError):
    code = "file_kind_unknown"
    message = N_("The file {path} is neither .csv nor .parquet.")
    next_step = N_("Save it as CSV (UTF-8) or Parquet; rename it where only the ending is wrong.")


class NotUtf8(HuitouError):
    code = "not_utf8"
    message = N_("The file {path} is not UTF-8 (first strange byte at position {position}).")
    next_step = N_("Save it as CSV UTF-8 and import that.")


class FieldUnknown(HuitouError):
    code = "field_unknown"
    message = N_("There is no field {field}.")
    next_step = N_("Write --map FIELD=COLUMN with one of these fields: {fields}.")


class FieldMissing(HuitouError):
    code = "field_missing"
    message = N_("No column is mapped to {field}.")
    next_step = N_("Add --map {field}=COLUMN. The file's columns are: {columns}.")


class ColumnMissing(HuitouError):
    code = "column_missing"
    message = N_("The file has no column {column}, which is mapped to {field}.")
    next_step = N_("Map {field} to one of the file's columns: {columns}.")


class ColumnTwice(HuitouError):
    code = "column_twice"
    message = N_("The file has several columns named {column}, so {field} could be any of them.")
    next_step = N_("Rename or remove all but one of them in the file.")


class DateFormatUnknown(HuitouError):
    code = "date_format_unknown"
    message = N_("{given} is not a format of dates.")
    next_step = N_("Write for example --date-format '%d/%m/%Y %H:%M'.")


class LakeBehind(HuitouError):
    code = "lake_behind"
    message = N_("{count} imports and bundles are not in the lake yet, so figures would be wrong.")
    next_step = N_("Try again in a minute; if it stays so, huitou audit and huitou doctor say what is wrong.")


class LakeFolderUnusable(HuitouError):
    code = "lake_folder_unusable"
    message = N_("The folder {folder} has a character in its name that the lake's files cannot bear.")
    next_step = N_("Set HUITOU_HOME to a folder without % ? # [ ] in its path; spaces and Chinese are welcome.")
