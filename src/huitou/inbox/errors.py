"""What the inbox refuses, and what to do about it."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class JobUnknown(HuitouError):
    code = "job_unknown"
    message = N_("There is no such job.")
    next_step = N_("`huitou imports` lists them.")
    status = 404


class JobCancelled(HuitouError):
    code = "job_cancelled"
    message = N_("It was cancelled. Nothing was taken.")
    next_step = N_("Start it again when it is wanted after all.")
    status = 409


class JobInterrupted(HuitouError):
    """The process that ran it was killed; its transaction is gone with it."""

    code = "job_interrupted"
    message = N_("The process that worked on it ended. Nothing was taken.")
    next_step = N_("Start it again.")
    status = 409


class JobFailed(HuitouError):
    """Our own fault: the log says more."""

    code = "job_failed"
    message = N_("It failed for a reason that is ours: {reason}")
    next_step = N_("Nothing was taken. Tell an administrator; the worker's log says more.")
    status = 500


class KindNotImported(HuitouError):
    code = "kind_not_imported"
    message = N_("Files of the kind {kind} cannot be imported in the background.")
    next_step = N_("Use one of these: {kinds}.")


class MappingDoesNotFit(HuitouError):
    code = "mapping_does_not_fit"
    message = N_("The mapping kept for {source} does not fit this file. Missing: {missing}. New: {new}.")
    next_step = N_("Say the columns again with --map, or on the page; then it is kept anew.")


class MappingUnknown(HuitouError):
    code = "mapping_unknown"
    message = N_("No mapping is kept for {source} ({kind}).")
    next_step = N_("Import one file of it by hand: its mapping is kept. `huitou mappings` lists what is kept.")
    status = 404


class DropUnknown(HuitouError):
    code = "drop_unknown"
    message = N_("There is no drop {name}.")
    next_step = N_("`huitou drops` lists them.")
    status = 404


class DropTaken(HuitouError):
    code = "drop_taken"
    message = N_("A drop {name} is there already.")
    next_step = N_("Choose another name, or remove the old one.")
    status = 409


class DropPlaceUnfit(HuitouError):
    code = "drop_place_unfit"
    message = N_("{place} is neither a folder of this machine nor sftp://user@host/path.")
    next_step = N_("Write an absolute path, or for example sftp://till@10.0.0.5:22/export.")


class DropUnreachable(HuitouError):
    code = "drop_unreachable"
    message = N_("{place} cannot be reached: {reason}")
    next_step = N_("Check address, key, host key and rights; the next minute tries again.")
    status = 503


class DropKeyUnfit(HuitouError):
    code = "drop_key_unfit"
    message = N_("That is no private key as OpenSSH writes it, or it has a pass-phrase.")
    next_step = N_("Paste the whole key without a pass-phrase, or let Huitou make one.")


class DropHostKeyUnfit(HuitouError):
    code = "drop_host_key_unfit"
    message = N_("That is no public key of a host as OpenSSH writes it.")
    next_step = N_("Paste a line of what `ssh-keyscan HOST` shows, compared with the host's own.")


class DropFolderOutside(HuitouError):
    """A page that could name any folder could move any file."""

    code = "drop_folder_outside"
    message = N_("{place} does not lie in a folder that pages may watch.")
    next_step = N_("Choose a folder within {folders}. Others are named by HUITOU_DROP_FOLDERS on the server.")


class DropIncomplete(HuitouError):
    code = "drop_incomplete"
    message = N_("Name, source and files of a drop are needed.")
    next_step = N_("Fill them in; * as its files means every file.")


class DropBusy(HuitouError):
    code = "drop_busy"
    message = N_("The drops are being looked at just now.")
    next_step = N_("Try again in a minute.")
    status = 409


class DropNeedsKeys(HuitouError):
    code = "drop_needs_keys"
    message = N_("A drop by SFTP needs a private key and the host's public key.")
    next_step = N_("Give --key FILE, and --host-key with what `ssh-keyscan HOST` shows, compared with the host's own.")
