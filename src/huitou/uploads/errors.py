"""What uploads refuse, and what to do about it. A refused piece has changed nothing."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class UploadUnknown(HuitouError):
    """Nobody's, somebody else's, or taken away: the answer is the same, so it tells nothing."""

    code = "upload_unknown"
    message = N_("This file is not here any more.")
    next_step = N_("Read it in anew: files that nobody goes on with are taken away after {hours} hours.")
    status = 404


class UploadTooLarge(HuitouError):
    code = "upload_too_large"
    message = N_("The file is larger than {most} MB.")
    next_step = N_("Split it, or read it in on the server: huitou import receipts FILE.")
    status = 413


class UploadEmpty(HuitouError):
    code = "upload_empty"
    message = N_("The file is empty.")
    next_step = N_("Export it again from the till and look at its size.")
    status = 422


class UploadNameUnfit(HuitouError):
    code = "upload_name_unfit"
    message = N_("A file cannot be called that.")
    next_step = N_("Give it a short name without slashes and strange characters.")
    status = 422


class NoRoomForUpload(HuitouError):
    code = "no_room_for_upload"
    message = N_("The server's disk has no room for this file.")
    next_step = N_("Tell an administrator; {free} MB are free.")
    status = 507


class TooManyUploads(HuitouError):
    code = "too_many_uploads"
    message = N_("{count} of your files wait here already.")
    next_step = N_("Go on with one of them or throw it away.")
    status = 409


class PieceDamaged(HuitouError):
    code = "piece_damaged"
    message = N_("A piece of the file was damaged on its way.")
    next_step = N_("It is sent again by itself; if it stays so, try another connection.")
    status = 422


class PieceOutOfPlace(HuitouError):
    """Another window sends the same file, or an answer was lost. `received` is where to go on."""

    code = "piece_out_of_place"
    message = N_("This piece of the file does not come next.")
    next_step = N_("Go on at byte {received}.")
    status = 409


class PieceTooLarge(HuitouError):
    code = "piece_too_large"
    message = N_("This piece is larger than {most} bytes or than the rest of the file.")
    next_step = N_("Send the file in smaller pieces.")
    status = 413
