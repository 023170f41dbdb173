from huitou.kernel.errors import N_, HuitouError


class KeyMissing(HuitouError):
    code = "key_missing"
    message = N_("The key number {number} that sealed this value is not in keys.json.")
    next_step = N_("Put the backed-up keys.json back into the data folder.")
    status = 500


class NotAPhone(HuitouError):
    code = "not_a_phone"
    message = N_("This is not a phone number.")
    next_step = N_("Type the digits only, for example 13800138000.")
