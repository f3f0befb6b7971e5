"""What FunASR and transformers have in common: torch's errors."""

from transcription.engine.base import EngineError, ErrorCode


def failed_load(error: Exception, name: str) -> EngineError:
    """Why the model in the directory ``name`` did not load."""
    if _is_out_of_memory(error):
        return EngineError(ErrorCode.OUT_OF_MEMORY, name, permanent=False)
    return EngineError(ErrorCode.MODEL_BROKEN, f"{name}: {error}")


def failed_call(error: Exception, name: str) -> EngineError:
    """Why the model in the directory ``name`` gave no answer.

    The message stays in the log's traceback: it may repeat a hotword.
    """
    if _is_out_of_memory(error):
        return EngineError(ErrorCode.OUT_OF_MEMORY, name, permanent=False)
    code = (
        ErrorCode.DEVICE_FAILED
        if "CUDA error" in str(error)
        else ErrorCode.ENGINE_FAILED
    )
    return EngineError(code, f"{name}: {type(error).__name__}", permanent=False)


def _is_out_of_memory(error: Exception) -> bool:
    import torch

    if isinstance(error, torch.OutOfMemoryError):
        torch.cuda.empty_cache()
        return True
    return isinstance(error, MemoryError) or "allocate memory" in str(error)
