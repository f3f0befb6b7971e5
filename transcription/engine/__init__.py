from transcription.engine.no_calls_home import forbid_calls_home

forbid_calls_home()
