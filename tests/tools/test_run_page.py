"""Pages are run as the build runs them."""

import os

import pytest

from tools.run_page import execute

HEAD = "---\nfile_format: mystnb\nkernelspec: {name: python3}\n---\n# A page\n\n"
ASK = """```{code-cell} python
from ipykernel.kernelapp import IPKernelApp
assert IPKernelApp.instance().transport == "ipc"
```
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such sockets")
def test_kernels_that_start_side_by_side_cannot_choose_the_same_port(tmp_path):
    assert execute(HEAD + ASK, tmp_path) is None
