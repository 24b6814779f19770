"""Why a comparison is refused (信息比对): the codes. Their words stand at the doors."""

from yizheng.kernel.errors import Code


class Why(Code):
    """What is wrong with a model, or with what is asked of it."""

    NO_SUCH_LEVEL = "comparison:no_such_level"
    NO_SUCH_FIELD = "comparison:no_such_field"
    NO_MODEL = "comparison:no_model"
    SHARES_OUT_OF_BOUNDS = "comparison:shares_out_of_bounds"
    BACKEND_UNKNOWN = "comparison:backend_unknown"
