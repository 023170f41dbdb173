"""What is wrong with a file, said before anything is taken."""

from huitou.kernel.errors import N_, HuitouError, Question


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
    next_step = N_("Open it in a spreadsheet, save it as CSV (UTF-8) or XLSX, and import that.")


class FileKindUnknown(HuitouError):
    code = "file_kind_unknown"
    message = N_("The file {path} is in no format that is read here: {seen}.")
    next_step = N_("Save it as CSV, XLSX, NDJSON or Parquet, and import that.")


class TooManyColumns(HuitouError):
    code = "too_many_columns"
    message = N_("The file has {count} columns, and no till's or member system's file has more than {most}.")
    next_step = N_(
        "Export it again with the columns that are needed, one row per line; look at what stands in its header."
    )


class FileChanged(HuitouError):
    code = "file_changed"
    message = N_("The file {path} changed while it was read.")
    next_step = N_("Wait until the system that writes it is done, then import it again. Nothing has been taken.")


class WorkbookTooLarge(HuitouError):
    code = "workbook_too_large"
    message = N_("The workbook {path} unpacks to {unpacked}, beyond {limit}.")
    next_step = N_("Save the sheet as CSV (UTF-8) and import that; a file of this kind can also be an attack.")


class WorkbookHostile(HuitouError):
    code = "workbook_hostile"
    message = N_("The workbook {path} declares a document type, which no spreadsheet does and attacks do.")
    next_step = N_("Open it in a spreadsheet that you trust, save it anew, and ask where the file came from.")


class SheetMissing(HuitouError):
    code = "sheet_missing"
    message = N_("The workbook {path} has no sheet named {sheet}.")
    next_step = N_("Name one of its sheets with --sheet: {sheets}.")


class EncodingUnclear(Question):
    code = "encoding_unclear"
    flag = "--encoding"
    message = N_("How {path} is encoded is not clear; it could be {choices}.")
    next_step = N_("Look at which reads well, and say it with --encoding.")


class DelimiterUnclear(Question):
    code = "delimiter_unclear"
    flag = "--delimiter"
    message = N_("What stands between the cells of {path} is not clear; it could be {choices}.")
    next_step = N_("Say it with --delimiter; tab for a tab.")


class SheetUnclear(Question):
    code = "sheet_unclear"
    flag = "--sheet"
    message = N_("The workbook {path} has several sheets with data: {choices}.")
    next_step = N_("Say which with --sheet; each of them can be imported by itself.")


class HeaderUnclear(Question):
    code = "header_unclear"
    flag = "--header-row"
    message = N_("Which row of {path} names the columns is not clear; it could be {choices}.")
    next_step = N_("Say it with --header-row, counted from 1; 0 where no row does.")


class DatesUnclear(Question):
    code = "dates_unclear"
    flag = "--date-format"
    message = N_("The times in the column {column} can be read in more than one way: {choices}.")
    next_step = N_("Say how they are written with --date-format, or mend the column where both stand in it.")


class DecimalUnclear(Question):
    code = "decimal_unclear"
    flag = "--decimal"
    message = N_("In the column {column} a comma could stand before fractions or between thousands: {choices}.")
    next_step = N_("Say what stands before fractions with --decimal.")


class ColumnUnclear(Question):
    code = "column_unclear"
    flag = "--map"
    message = N_("Which column is {field} is not clear; it could be {choices}.")
    next_step = N_("Write --map {field}=COLUMN, or --map {field}=- where no column is.")


class StatusUnclear(Question):
    code = "status_unclear"
    flag = "--statuses"
    message = N_("Whether orders whose {column} is {status} are sales is not clear. Not clear are: {statuses}.")
    next_step = N_(
        "Write --statuses '{status}=sale', or '{status}=no_sale' to leave them out; several with ' | ' between them."
    )


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
    next_step = N_("Say which with --map {field}={column}#1 or --map {field}={column}#2.")


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
