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


class PasswordTooShort(HuitouError):
    code = "password_too_short"
    message = N_("The password is shorter than {least} characters.")
    next_step = N_("Choose a longer one.")
    status = 422
