from huitou.kernel.errors import N_, HuitouError


class StoreUnknown(HuitouError):
    code = "store_unknown"
    message = N_("There is no store with the code {store}.")
    next_step = N_("Send the code under which the chain knows the store; an administrator sees them all.")
    status = 422
