"""What of a tree a database can say.

A gate lets through every recording that answers the tree, and others where the tree
asks for what only ``matching`` can see. It is a tree of words, facts and their
combinations, without brackets that say where.
"""

from dataclasses import dataclass

from transcription.search.language.tree import (
    All,
    Any,
    Fact,
    Near,
    Node,
    Without,
    Words,
)

EVERYTHING = All(())


@dataclass(frozen=True, slots=True)
class Gate:
    """``is_exact``: it lets through nothing else."""

    node: Node
    is_exact: bool


def gate_of(node: Node, *, is_bounded: bool = False) -> Gate:
    """The narrowest gate for the tree. ``is_bounded``: a bracket around it says where
    its words are, so that they may be in the call and nevertheless not there."""
    match node:
        case Words():
            # What holds the grams of a phrase need not sound like it.
            return Gate(node, is_exact=not is_bounded and not node.by_sound)
        case Fact():
            return Gate(node, is_exact=True)
        case Without(part):
            inner = gate_of(part, is_bounded=is_bounded)
            if not inner.is_exact:
                return Gate(EVERYTHING, is_exact=False)
            return Gate(Without(inner.node), is_exact=True)
        case Near(left, right):
            return Gate(_all([gate_of(left), gate_of(right)]), is_exact=False)
        case All(parts, where):
            is_bounded = is_bounded or not where.is_open
            gates = [gate_of(part, is_bounded=is_bounded) for part in parts]
            if where.after:
                gates.append(gate_of(where.after, is_bounded=True))
            return Gate(_all(gates), all(gate.is_exact for gate in gates))
        case Any(parts, where):
            is_bounded = is_bounded or not where.is_open
            gates = [gate_of(part, is_bounded=is_bounded) for part in parts]
            is_exact = all(gate.is_exact for gate in gates)
            if any(gate.node == EVERYTHING for gate in gates):
                return Gate(EVERYTHING, is_exact)
            return Gate(Any(tuple(gate.node for gate in gates)), is_exact)


def _all(gates: list[Gate]) -> Node:
    """One level, nothing twice and nothing that is always so."""
    flat: dict[Node, None] = {}
    for gate in gates:
        parts = gate.node.parts if isinstance(gate.node, All) else (gate.node,)
        flat.update(dict.fromkeys(parts))
    return next(iter(flat)) if len(flat) == 1 else All(tuple(flat))
