from huitou.kernel.errors import N_, HuitouError


class StoreUnknown(HuitouError):
    code = "store_unknown"
    message = N_("There is no store with the code {store}.")
    next_step = N_("Send the code under which the chain knows the store; an administrator sees them all.")
    status = 422


class CodeUnknown(HuitouError):
    code = "product_code_unknown"
    message = N_("No product has the code {given}.")
    next_step = N_("Import the products with their barcodes, or look the code up in the chain's own system.")
    status = 404


class ProductUnknown(HuitouError):
    code = "product_unknown"
    message = N_("There is no such product.")
    next_step = N_("Search by name or code; it may have left with the import that brought it.")
    status = 404


class StoreNotFound(HuitouError):
    """Nobody there, or a store that is not this person's: the answer is the same."""

    code = "store_not_found"
    message = N_("There is no such store among yours.")
    next_step = N_("Open the list of stores; an administrator says which stores a person sees.")
    status = 404


class ScaleCodesNotUnderstood(HuitouError):
    code = "scale_codes_not_understood"
    message = N_("HUITOU_SCALE_CODES cannot be read: {reason}.")
    next_step = N_(
        "Write a scheme for each kind of label, for example 21IIIIIWWWWWC; docs/importing-products.md says how."
    )
    status = 500


class WeighedUnitUnknown(HuitouError):
    code = "weighed_unit_unknown"
    message = N_("{given} is no unit of weight for prices.")
    next_step = N_("Write --weighed-unit with one of these: {units}. jin is half a kilogram, liang fifty grams.")


class ChainUnfit(HuitouError):
    code = "chain_unfit"
    message = N_("{given} does not do as {field}.")
    next_step = N_("A name has at most 60 characters; choose language, currency and zone from the lists.")


class StoresUnfit(HuitouError):
    code = "stores_unfit"
    message = N_("Line {line} is no store: {given}")
    next_step = N_("Write a line for each store, each with a code of its own: code, name, district.")
