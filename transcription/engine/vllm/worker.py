"""A repair of vLLM's Fun-ASR-Nano, loaded by vLLM's own worker and never by the portal.

The pieces that vLLM takes together are padded to the longest one. Its encoder applies
the lengths; its adaptor, in 0.27.1 as in 0.32.0, does not, so that the text of a piece
depends on the other pieces (vLLM's pull request 55167, open in September 2026;
``benchmarks.recognisers.vllm_service`` counts it). Here the adaptor gets each piece at
its own length. Only its two blocks run one by one: the 70 of the encoder and the
language model go on in batches.

It is the argument of ``--worker-extension-cls``, and needs no other file of ours.
Remove it when the version in ``requirements/vllm.txt`` has a repair of its own.
"""

from typing import TYPE_CHECKING, Any

from vllm.model_executor.models.funasr import FunASRModel

if TYPE_CHECKING:
    from torch import Tensor


class EachPieceAtItsLength:
    """What vLLM mixes into its worker. It adds nothing there: loading this module does
    what is to be done."""


def _encoder_outputs(
    model: Any, speech: "Tensor", speech_lengths: "Tensor"
) -> "list[Tensor]":
    """Per piece, ``(frames, hidden)``. ``speech`` is ``(pieces, frames, features)``."""
    encoded, lengths = model.encoder.audio_encoder(speech, speech_lengths)
    return [
        model.encoder.audio_adaptor(piece[None, :length], length[None])[0][0]
        for piece, length in zip(encoded, lengths, strict=True)
    ]


if not hasattr(FunASRModel, "get_encoder_outputs"):
    raise RuntimeError("this repair is for the vLLM of requirements/vllm.txt")
FunASRModel.get_encoder_outputs = _encoder_outputs
