"""A backward function is said to be right or wrong, by which mistake, and where in its source; of others' packages too.

PyTorch and JAX are installed for the benchmarks alone: there the tests of both run, elsewhere they are skipped.
"""

from __future__ import annotations

import inspect
import linecache
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from missingsum import diagnose, diagnose_function
from missingsum.where.words import KINDS


def softmax(x):
    e = np.exp(x - x.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softmax_backward(x, g):
    s = softmax(x)
    return s * (g - (g * s).sum(axis=1, keepdims=True))


def softmax_backward_with_a_mean(x, g):
    s = softmax(x)
    return s * (g - (g * s).mean(axis=1, keepdims=True))


def softmax_backward_without_the_sum(x, g):
    return softmax(x) * g


def pairs(x):
    """The products of neighbours, (n, c) → (n, c - 1)."""
    return x[:, 1:] * x[:, :-1]


def pairs_backward(x, g):
    answer = np.zeros_like(x)
    answer[:, 1:] += g * x[:, :-1]
    answer[:, :-1] = g * x[:, 1:]
    return answer


def test_a_right_function_is_not_accused():
    found = diagnose_function(softmax, softmax_backward)
    assert found.right and not found.slips and found.place is None and str(found) == "✓ right"


def test_a_wrong_one_is_told_where():
    found = diagnose_function(softmax, softmax_backward_with_a_mean)
    assert not found.right and "(g * s).mean" in found.place.spots[0].text
    line = inspect.getsourcelines(softmax_backward_with_a_mean)[1] + 2
    assert f"line {line}:" in str(found) and found.hint == KINDS["function"]


def test_what_and_where_stand_together():
    found = diagnose_function(softmax, softmax_backward_without_the_sum)
    assert [slip.id for slip in found.slips] == ["missing-dot"]
    assert found.place.kinds == ("term-missing",)


def test_the_edit_itself_is_never_told():
    found = diagnose_function(pairs, pairs_backward)
    assert found.hint == KINDS["accumulate"] and "answer[:, :-1] +=" not in str(found)


def test_a_function_with_fewer_outputs_than_inputs():
    found = diagnose_function(pairs, pairs_backward)
    assert not found.right and found.place.spots[0].text == "answer[:, :-1] = g * x[:, 1:]"


def test_the_same_words_at_every_run():
    first, second = (str(diagnose_function(softmax, softmax_backward_with_a_mean)) for _ in range(2))
    assert first == second


def test_a_function_without_source_is_diagnosed_all_the_same():
    names = {"np": np, "softmax": softmax}
    exec("def backward(x, g): return -g * softmax(x)", names)
    found = diagnose_function(softmax, names["backward"])
    assert not found.right and found.place is None


def test_what_cannot_be_taken_is_said():
    with pytest.raises(TypeError, match="give the backward function"):
        diagnose_function(softmax)


def test_nothing_of_others_is_imported():
    program = "import sys, missingsum; sys.exit('torch' in sys.modules or 'jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0


# --- Attention --------------------------------------------------------------------------------------------------------


def weights(q, k, mask=None):
    x = q @ k.T / np.sqrt(q.shape[1])
    e = np.exp(x if mask is None else np.where(mask, x, -np.inf))
    return e / e.sum(axis=1, keepdims=True)


def attention(q, k, v, mask):
    p = weights(q, k, mask)
    return p @ v, p


def attention_without_mask(q, k, v):
    return weights(q, k) @ v


def attention_backward(q, k, v, mask, do):
    p, dp = weights(q, k, mask), do @ v.T
    ds = p * (dp - (p * dp).sum(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ do


def attention_backward_with_a_mean(q, k, v, mask, do):
    p, dp = weights(q, k, mask), do @ v.T
    ds = p * (dp - (p * dp).mean(axis=1, keepdims=True)) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ do


def attention_backward_without_the_row_sum(q, k, v, do):
    p = weights(q, k)
    ds = p * (do @ v.T) / np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, p.T @ do


def attention_backward_that_forgets_the_mask(q, k, v, mask, do):
    return attention_backward(q, k, v, None, do)


def test_right_gradients_of_attention_are_not_accused():
    found = diagnose_function(attention, attention_backward)
    assert found.right and not found.slips and found.place is None


@pytest.mark.parametrize(
    ("forward", "backward", "slip", "text"),
    [
        (attention, attention_backward_with_a_mean, "mean-for-sum", "(p * dp).mean"),
        (attention_without_mask, attention_backward_without_the_row_sum, "missing-dot", "do @ v.T"),
        (attention, attention_backward_that_forgets_the_mask, "another-p", "None"),
    ],
)
def test_gradients_of_attention_are_told_what_and_where(forward, backward, slip, text):
    found = diagnose_function(forward, backward)
    assert [each.id for each in found.slips] == [slip] and text in found.place.spots[0].text, str(found)


@pytest.mark.parametrize(
    ("forward", "backward", "message"),
    [
        (lambda q, k, v: v, attention_backward_without_the_row_sum, "its o is not softmax"),
        (lambda q, k, v, mask: attention(q, k, v, ~mask), attention_backward, "the mask is True"),
        (attention_without_mask, attention_backward, "takes 5 arguments"),
        (attention, softmax_backward, "takes 2 arguments"),
        (attention, lambda q, k, v, mask, do: q, "dq, dk and dv are expected"),
    ],
    ids=["another function", "hidden where True", "a mask too many", "of softmax", "one array"],
)
def test_what_is_not_attention_is_said(forward, backward, message):
    with pytest.raises(ValueError, match=message):
        diagnose_function(forward, backward)


def test_a_function_of_one_array_with_options_is_not_taken_for_attention():
    def with_options(x, axis=1, keepdims=True, scale=1.0):
        return softmax(x)

    assert diagnose_function(with_options, softmax_backward).right


# --- PyTorch and JAX --------------------------------------------------------------------------------------------------


def torch_softmax(factor):
    """Softmax as a ``torch.autograd.Function`` whose backward pass is right for ``factor`` 1."""
    torch = pytest.importorskip("torch")

    class Softmax(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            s = torch.softmax(x, dim=1)
            ctx.save_for_backward(s)
            return s

        @staticmethod
        def backward(ctx, g):
            (s,) = ctx.saved_tensors
            return s * (g - factor * (g * s).sum(dim=1, keepdim=True))

    return Softmax


class Shared:
    """What the two packages are held to."""

    wrong_text = ""

    def make(self, right):
        raise NotImplementedError

    def test_right(self):
        assert diagnose_function(self.make(True)).right

    def test_wrong(self):
        found = diagnose_function(self.make(False))
        assert not found.right and re.search(self.wrong_text, str(found.place)), found


class TestPyTorch(Shared):
    wrong_text = r"\(g \* s\)\.mean\(dim=1"

    def make(self, right):
        torch = pytest.importorskip("torch")
        if right:
            return torch_softmax(1)

        class Softmax(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                s = torch.softmax(x, dim=1)
                ctx.save_for_backward(s)
                return s

            @staticmethod
            def backward(ctx, g):
                (s,) = ctx.saved_tensors
                return s * (g - (g * s).mean(dim=1, keepdim=True))

        return Softmax

    def test_tensors_are_diagnosed(self):
        torch = pytest.importorskip("torch")
        x, g = torch.randn(2, 5, 4, dtype=torch.float64)
        s = torch.softmax(x, dim=1)
        found = diagnose(lambda z: torch.softmax(z, dim=1), x, g, s * (1 - s) * g)
        assert [slip.id for slip in found.slips] == ["missing-sum"]


class TestJax(Shared):
    wrong_text = r"\(g \* s\)\.mean\(axis=1"

    def make(self, right):
        jax = pytest.importorskip("jax")

        @jax.custom_vjp
        def softmax(x):
            return jax.nn.softmax(x, axis=1)

        def forward(x):
            s = softmax(x)
            return s, s

        def backward(s, g):
            return (s * (g - (g * s).sum(axis=1, keepdims=True)),)

        def backward_with_a_mean(s, g):
            return (s * (g - (g * s).mean(axis=1, keepdims=True)),)

        softmax.defvjp(forward, backward if right else backward_with_a_mean)
        return softmax

    def test_arrays_are_diagnosed(self):
        jax = pytest.importorskip("jax")
        rng = np.random.default_rng(0)
        x, g = (jax.numpy.asarray(values) for values in rng.normal(size=(2, 5, 4)))
        s = np.asarray(jax.nn.softmax(np.asarray(x, dtype=np.float64), axis=1))
        found = diagnose(lambda z: jax.nn.softmax(z, axis=1), x, g, s * np.asarray(g))
        assert not found.right


# --- What the book shows ----------------------------------------------------------------------------------------------

PAGE = (Path(__file__).parents[2] / "chapters" / "api.md").read_text(encoding="utf-8")
SHOWN = dict(re.findall(r"```python\nimport (\w+)\n(.*?)```\n\n```text\n.*?```", PAGE, flags=re.DOTALL))


def test_the_book_shows_one_example_of_each_package():
    assert set(SHOWN) == {"torch", "jax"}


@pytest.mark.parametrize("package", ["torch", "jax"])
def test_the_example_of_the_book_prints_what_stands_there(package, capsys):
    pytest.importorskip("torch") if package == "torch" else pytest.importorskip("jax")
    source = f"import {package}\n{SHOWN[package]}"
    printed = re.search(re.escape(SHOWN[package]) + r"```\n\n```text\n(.*?)```", PAGE, flags=re.DOTALL)[1]
    file = f"<api.md {package}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    exec(compile(source, file, "exec"), {"__name__": "__main__"})
    assert capsys.readouterr().out == printed
