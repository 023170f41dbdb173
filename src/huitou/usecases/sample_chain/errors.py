from huitou.kernel.errors import N_, HuitouError


class OtherDataHere(HuitouError):
    """The sample chain would mix with a real one."""

    code = "other_data_here"
    message = N_("This installation already holds data that is not the sample chain's: {found}.")
    next_step = N_(
        "Start it with `huitou serve`, or show the sample chain from an empty folder: HUITOU_HOME=./sample huitou demo"
    )
    status = 409


class MembersHere(HuitouError):
    """People of a real chain are here, though no store of it is."""

    code = "members_here"
    message = N_("This installation already holds {count} members who are not the sample chain's.")
    next_step = N_("Show the sample chain from an empty folder: HUITOU_HOME=./sample huitou demo")
    status = 409


class SampleNoteUnreadable(HuitouError):
    """The note that says which sample chain was laid is not what we wrote."""

    code = "sample_note_unreadable"
    message = N_("The note about the sample chain cannot be read: {path}.")
    next_step = N_("Show a fresh sample chain from an empty folder: HUITOU_HOME=./sample huitou demo")
    status = 409


class NotEnoughRoom(HuitouError):
    """The disk would be full before the chain is whole."""

    code = "not_enough_room"
    message = N_("The sample chain needs {needed} MB of disk, and {folder} has {free} MB left.")
    next_step = N_("Ask for fewer members or months, or choose another disk: HUITOU_HOME=/big/disk huitou demo")
    status = 507
