"""What can be wrong with the embedded database, and what to do about it."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class EmbeddedDatabaseNeedsLinux(HuitouError):
    """The supervisor leans on Linux: flock, /proc and the parent-death signal."""

    code = "embedded_database_needs_linux"
    message = N_("The embedded database runs on Linux only; this is {system}.")
    next_step = N_("Set HUITOU_DATABASE_URL to a PostgreSQL server (15 or newer).")
    status = 503


class OtherDatabaseVersion(HuitouError):
    """The data folder was written by another major version of PostgreSQL."""

    code = "other_database_version"
    message = N_("PostgreSQL {found} wrote the folder {folder}; this Huitou brings PostgreSQL {ours}.")
    next_step = N_(
        "Dump the data with the Huitou release that wrote it (pg_dump), move the folder away, "
        "start again and restore the dump."
    )
    status = 503


class DatabaseFolderBroken(HuitouError):
    """There is a data folder, it isn't empty, and it is no database."""

    code = "database_folder_broken"
    message = N_("The folder {folder} has files in it and is not a whole database.")
    next_step = N_("Restore it from a backup, or move it away to begin with an empty database.")
    status = 503


class DatabaseFolderOfOther(HuitouError):
    """The data folder belongs to a user that we can't act for."""

    code = "database_folder_of_other"
    message = N_("The folder {folder} belongs to the system user {owner}, not to you.")
    next_step = N_("Run Huitou as that user or as root, or give another folder in HUITOU_HOME.")
    status = 503


class HomeNotWritable(HuitouError):
    """Huitou cannot write below its home folder."""

    code = "home_not_writable"
    message = N_("Huitou cannot write in {folder}: {reason}.")
    next_step = N_("Give Huitou a folder that it may write to in HUITOU_HOME, or change the folder's owner.")
    status = 503


class NoFreeDisk(HuitouError):
    """Too little room on the disk."""

    code = "no_free_disk"
    message = N_("The disk of {folder} has {free_mb} MB free; the database needs {needed_mb} MB.")
    next_step = N_("Free some disk space, or give a folder on another disk in HUITOU_HOME, and start again.")
    status = 503


class NoServerAccount(HuitouError):
    """We are root, PostgreSQL refuses root, and no other user can reach the folder."""

    code = "no_server_account"
    message = N_("PostgreSQL refuses root, and the system user {account} cannot use {folder}: {reason}.")
    next_step = N_(
        "Run Huitou as an ordinary user, or install util-linux 2.33 or newer (setpriv), "
        "or give a folder in HUITOU_HOME that this user can reach."
    )
    status = 503


class SocketFolderTaken(HuitouError):
    """Somebody else's file has the name of our socket folder."""

    code = "socket_folder_taken"
    message = N_("{folder}, where the database's socket belongs, is somebody else's.")
    next_step = N_("Remove it, or give a folder with a shorter path in HUITOU_HOME.")
    status = 503


class DatabaseDidNotStart(HuitouError):
    """The server ended or stayed silent while starting."""

    code = "database_did_not_start"
    message = N_("The embedded database did not start: {reason}")
    next_step = N_("Read {log}, remove the cause and start again. The data has not been touched.")
    status = 503


class DatabasePasswordWrong(HuitouError):
    """secrets.json and the data folder do not belong together."""

    code = "database_password_wrong"
    message = N_("The embedded database refuses the password in {secrets}: another data folder belongs to it.")
    next_step = N_("Put back the secrets.json that belongs to this data folder, from your backup.")
    status = 503
