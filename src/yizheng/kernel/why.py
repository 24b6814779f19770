"""Why the kernel refuses: the refusals that are the same in every room."""

from yizheng.kernel.errors import Code


class Why(Code):
    """The kernel's refusals."""

    STEP_NOT_ALLOWED = "kernel:step_not_allowed"
    """A step that the state of a thing does not allow: `state`, `step`, `allowed`."""
