"""What browsers may load on the portal's pages (the settings)."""

from csp.constants import NONCE

# Nothing from another host, nothing inline.
CONTENT_SECURITY_DIRECTIVES = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    # wavesurfer.js puts one <style> into its shadow root.
    "style-src": ["'self'", NONCE],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "media-src": ["'self'", "blob:"],
    "connect-src": ["'self'"],
    "worker-src": ["'self'", "blob:"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
    "base-uri": ["'none'"],
}
