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


class SampleChainBusy(HuitouError):
    """Two at once would lay it twice, or clear what is being laid."""

    code = "sample_chain_busy"
    message = N_("Another process lays or clears the sample chain here right now.")
    next_step = N_("Wait until it has ended, or stop it; then ask again.")
    status = 409


class NoSampleChain(HuitouError):
    """There is nothing to clear."""

    code = "no_sample_chain"
    message = N_("No sample chain was begun here.")
    next_step = N_("Lay one with `huitou demo`.")
    status = 409


class SampleChainWhole(HuitouError):
    """It may be worked with by now, so nobody clears it in passing."""

    code = "sample_chain_whole"
    message = N_("The sample chain here is whole; only one that was stopped half way can be cleared.")
    next_step = N_("For a new start choose an empty folder: HUITOU_HOME=./other huitou serve")
    status = 409


class SampleChainMixed(HuitouError):
    """Clearing would take what is not the sample chain's."""

    code = "sample_chain_mixed"
    message = N_("Beside the sample chain's own rows others are here: {found}. Nothing was cleared.")
    next_step = N_("Let the sample chain be finished, or take the others away first.")
    status = 409
