"""What a carrier is told before it starts; it reads nothing from the environment."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class CarrierConfig:
    """
    `auth_tokens`: the first signs webhooks; any is accepted for REST basic auth.
    `api_key`: (key sid, secret), also accepted for REST basic auth.
    `inbound_url`: the webhook for texts to any number of ours.
    `templates`: the folder that holds `pages/phone`.
    `state_file`: None keeps everything in memory only.
    `step_seconds`: real time between delivery steps (queued, sent, delivered).
    `sweep_patience_seconds`: real time a clock jump waits at one stop for the worker's report.
    """

    account_sid: str
    auth_tokens: tuple[str, ...]
    inbound_url: str
    templates: Path
    api_key: tuple[str, str] | None = None
    state_file: Path | None = None
    step_seconds: float = 0.3
    sweep_patience_seconds: float = 20.0
