from huitou.kernel.errors import N_, HuitouError


class RightMissing(HuitouError):
    code = "right_missing"
    message = N_("Your role may not do this.")
    next_step = N_("Ask an administrator for the right, or log in as someone who has it.")
    status = 403


class UsernameTaken(HuitouError):
    code = "username_taken"
    message = N_("There is already a user named {username}.")
    next_step = N_("Choose another name.")
    status = 409


class UserUnknown(HuitouError):
    code = "user_unknown"
    message = N_("There is no user named {username}.")
    next_step = N_("`huitou user list` shows every user.")
    status = 404


class RoleUnknown(HuitouError):
    code = "role_unknown"
    message = N_("There is no role {role}.")
    next_step = N_("Choose one of: {roles}.")
    status = 422


class RoleNeedsStores(HuitouError):
    code = "role_needs_stores"
    message = N_("A {role} sees their own stores only, and none was named.")
    next_step = N_("Name at least one store by its code: `--store CODE`.")
    status = 422


class StoreCodeUnknown(HuitouError):
    code = "store_code_unknown"
    message = N_("There is no store with the code {store}.")
    next_step = N_("Write the code as the imported receipts do. The stores known: {stores}.")
    status = 422


class UsernameUnfit(HuitouError):
    code = "username_unfit"
    message = N_("{username} cannot be a name to log in with.")
    next_step = N_("Use 1 to 80 letters, digits, dots, hyphens, underscores or @, without spaces.")
    status = 422


class LastAdministrator(HuitouError):
    """Nobody would be left who can let people in."""

    code = "last_administrator"
    message = N_("{username} is the last administrator who can log in.")
    next_step = N_("Make somebody else an administrator first.")
    status = 409


class NotOneself(HuitouError):
    code = "not_oneself"
    message = N_("Nobody takes away or changes their own rights.")
    next_step = N_("Ask another administrator to do it.")
    status = 409


class PasswordTooShort(HuitouError):
    code = "password_too_short"
    message = N_("The password is shorter than {least} characters.")
    next_step = N_("Choose a longer one.")
    status = 422


class OldPasswordWrong(HuitouError):
    """Whoever sits at an open page is not by that its owner."""

    code = "old_password_wrong"
    message = N_("The password that you have now is another one.")
    next_step = N_("Check capitals and the input language; if you forgot it, ask an administrator for a new password.")
    status = 422


class PasswordNotNew(HuitouError):
    code = "password_not_new"
    message = N_("That is no new password.")
    next_step = N_("Choose one that is neither the password that you have now nor your name to log in with.")
    status = 422


class PasswordsDiffer(HuitouError):
    code = "passwords_differ"
    message = N_("The new password was typed in two ways.")
    next_step = N_("Type it twice the same.")
    status = 422


class KeyRefused(HuitouError):
    """No key, a wrong one or a revoked one: the answer is the same, so it tells nothing."""

    code = "key_refused"
    message = N_("The request carries no valid API key.")
    next_step = N_("Send the header `Authorization: Bearer KEY`; `huitou apikey list` shows which keys are valid.")
    status = 401


class CallNotAllowed(HuitouError):
    code = "call_not_allowed"
    message = N_("The API key {key} may not make this call ({call}).")
    next_step = N_("Make a key that may: `huitou apikey add NAME --call {call}`.")
    status = 403


class StoreNotOfKey(HuitouError):
    """A store of others and a store that nobody knows: the answer is the same, so it tells nothing."""

    code = "store_not_of_key"
    message = N_("This API key speaks for no store {store}.")
    next_step = N_("Check the store's code, or make a key for that store: `huitou apikey add NAME --store CODE`.")
    status = 404


class KeyNameTaken(HuitouError):
    code = "key_name_taken"
    message = N_("There is already an API key named {name}.")
    next_step = N_("Choose another name, or give it a new key: `huitou apikey renew {name}`.")
    status = 409


class KeyNameUnfit(HuitouError):
    code = "key_name_unfit"
    message = N_("{name} cannot name an API key.")
    next_step = N_("Use 1 to 60 letters, digits, dots, hyphens or underscores: it is the source of what is recorded.")
    status = 422


class KeyUnknown(HuitouError):
    code = "key_unknown"
    message = N_("There is no API key named {name}.")
    next_step = N_("`huitou apikey list` shows every key.")
    status = 404


class CallUnknown(HuitouError):
    code = "call_unknown"
    message = N_("There is no call {call}.")
    next_step = N_("Choose from: {calls}.")
    status = 422
