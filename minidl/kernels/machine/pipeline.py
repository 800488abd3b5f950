"""Numba's way from Python to machine code, without what our kernels have no use for.

Numba tidies each function, makes it faster, turns it into machine code, and does all of that again
wherever the function is linked into another one. A function that only compiled functions call runs
as part of them and never by itself: no machine code is made of it. Tidying is what making it faster
begins with. And what there is for closures, with-statements, expressions of arrays and lists of
constants, kernels do not use.
"""

from __future__ import annotations

from typing import Any

from numba._dynfunc import make_function
from numba.core import typed_passes, types, untyped_passes
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import LoweringPass, PassManager, register_pass


class _Library(JITCodeLibrary):
    """Code that is optimised once, when all that it calls is part of it."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout


class _InnerLibrary(_Library):
    """Code for others to be linked with; it is never run by itself, and no machine code is made."""

    def _finalize_final_module(self) -> None:
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=False, analysis_only=True)
class _OwnLibrary(LoweringPass):
    _name = "minidl_own_library"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Decides where the code goes; `no_compile` has Numba look for no machine code there."""
        is_inner = state.flags.no_cpython_wrapper
        library = _InnerLibrary if is_inner else _Library
        state.library = library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        state.flags.no_compile = is_inner
        return False


@register_pass(mutates_CFG=False, analysis_only=True)
class _Introduction(LoweringPass):
    _name = "minidl_introduction"

    def __init__(self) -> None:
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Lets other kernels find an inner function: by an object that stands for its code."""
        if not state.flags.no_compile:
            return False
        made, name = state["cr"], state["cr"].fndesc.qualname
        stand_in = make_function(
            made.fndesc.lookup_module(), name.split(".")[-1], name, 0, made.env, (state.library,)
        )
        state.targetctx.insert_user_function(stand_in, made.fndesc, [state.library])
        state["cr"] = made._replace(cfunc=stand_in)
        return False


PASSES = (
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    untyped_passes.IRProcessing,
    untyped_passes.DeadBranchPrune,
    untyped_passes.GenericRewrites,
    untyped_passes.ReconstructSSA,
    typed_passes.NopythonTypeInference,
    typed_passes.PreLowerStripPhis,
    typed_passes.IRLegalization,
    _OwnLibrary,
    typed_passes.NativeLowering,
    _Introduction,
    typed_passes.NoPythonBackend,
)


class Pipeline(CompilerBase):
    """What our kernels are compiled with, from Python to machine code."""

    def define_pipelines(self) -> list[PassManager]:
        """The passes, in their order."""
        manager = PassManager("minidl")
        for step in PASSES:
            manager.add_pass(step, step.__name__)
        manager.finalize()
        return [manager]


def plain(argument: Any) -> Any:
    """The type an argument is compiled for: that of any number where 0, True or False is given.

    A function is compiled anew for each constant it is given. Counts begin at 0: of those, some
    were compiled for the first round, and never used once the type of all rounds was known.
    """
    if isinstance(argument, types.BooleanLiteral) or argument == types.literal(0):
        return types.unliteral(argument)
    return argument
