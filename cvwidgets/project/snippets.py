"""How a server is asked, as texts to copy: each works as it stands once the environment's CVWIDGETS_TOKEN holds the token."""

from __future__ import annotations

TOKEN = "CVWIDGETS_TOKEN"

_CURL = """curl -H "Authorization: Bearer ${token}" -F file=@{picture} '{address}/v1/predict?top={top}'"""
_CLIENT = """from cvwidgets import Client

client = Client("{address}")
for found in client.predict("{picture}", top={top}):
    print(found.label, round(found.probability, 3))
"""
_BARE = """import json, os, urllib.request

request = urllib.request.Request("{address}/v1/predict?top={top}", open("{picture}", "rb").read())
request.add_header("Authorization", "Bearer " + os.environ["{token}"])
request.add_header("Content-Type", "application/octet-stream")
print(json.load(urllib.request.urlopen(request))["results"][0]["predictions"])
"""


def snippets(address: str, *, picture: str = "photo.jpg", top: int = 3) -> dict[str, str]:
    """By what they are for: a terminal, Python with cvwidgets, Python with nothing but itself."""
    facts = {"address": address, "picture": picture, "top": top, "token": TOKEN}
    texts = {"curl": _CURL, "Python": _CLIENT, "Python alone": _BARE}
    return {name: text.format(**facts) for name, text in texts.items()}
