"""Layout: places, edges and brackets of a small tree."""

from ml2020.recursive import brackets, layout


def test_a_pair_stands_above_the_middle_of_its_parts():
    tree = (("a", "b"), ("c", ("d", "e")))
    met = layout(tree)
    assert dict(zip(met.nodes, met.places, strict=True)) == {
        "a": (0, 0),
        "b": (1, 0),
        "c": (2, 0),
        "d": (3, 0),
        "e": (4, 0),
        ("a", "b"): (0.5, 1),
        ("d", "e"): (3.5, 1),
        ("c", ("d", "e")): (2.75, 2),
        tree: (1.625, 3),
    }
    joined = {(met.nodes[pair], met.nodes[part]) for pair, part in met.edges}
    pairs = [node for node in met.nodes if isinstance(node, tuple)]
    assert joined == {(pair, part) for pair in pairs for part in pair}
    assert layout("a") == (["a"], [(0, 0)], [])


def test_brackets():
    assert brackets(("not", ("very", "good"))) == "(not (very good))"
    assert brackets((("not", "very"), "good")) == "((not very) good)"
    assert brackets("good") == "good"
