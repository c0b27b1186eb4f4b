"""What the model of a delete prints, and Nova's diary in the same words."""

import re

# The model's names for functions of Nova.
NAMES = {
    "ComputeManager._try_deallocate_network": "release",
    "ComputeManager._delete_instance": "volume locks",
    "ComputeManager.terminate_instance.do_terminate_instance": "terminate",
    "synchronized.wrap.inner": "instance lock",
    "wrap_instance_fault.decorated_function": "wrap_instance_fault",
    "wrap_instance_event.helper.decorated_function": "EventReporter",
    "reverts_task_state.decorated_function": "reverts_task_state",
    "wrap_exception.inner.wrapped": "wrap_exception",
}
# The model's lines, out of its own output and out of Nova's diary.
LINES = {
    r"saves event \w+: started": "saves event: started",
    r"saves event \w+: (\w+)": r"saves result: \1",
    r"saves fault: \d+ (\w+)": r"saves fault: \1",
    r"saves instance: (\w+) (\w+).*": r"saves \1: \2",
    r"(?:logs )?ERROR.*being dropped: .*?(\w+): [^:]+\]": r"dropped \1",
    r"WARNING:model:.*|logs WARNING.*revert task.*": "WARNING",
    r"INFO:model:the instance is gone|logs INFO.*Instance disapp.*": "gone",
    r"DBConnectionError": "OSError",
}
LEFT_OUT = "logs ", "notifies INFO", "leaves ", "waits ", "asks "
# The model makes one attempt, and counts no requests.
NOT_MODELLED = {
    "ComputeManager._deallocate_network",
    "ComputeManager._try_deallocate_network._deallocate_network_with_retries",
    "RetryDecorator.__call__._func",
    "_TrackingEndpointWrapper.__getattr__._tracked",
}


def modelled(entries: list[dict[str, str]], chain: list[str]) -> list[str]:
    """What happened in Nova, as the model would print it.

    Args:
        entries: Nova's diary.
        chain: What was raised, and its contexts.
    """
    lines, seen = [], ""
    for entry in entries:
        kind, what, function = entry["kind"], entry["what"], entry["function"]
        if entry["thread"] == "MainThread":
            continue
        if kind == "sees":
            seen = what.split(" ")[1].rstrip(":")
            if function not in NOT_MODELLED:
                lines.append(f"{NAMES[function]} gets {seen}")
        elif what == "ERROR terminate_instance (legacy)":
            lines.append(f"notifies: {seen}")
        elif what != "ERROR compute.exception (versioned)":
            lines.append(f"{kind} {what}")
    return [*lines, f"raised: {' < '.join(chain) or 'nothing'}"]


def common(lines: list[str]) -> list[str]:
    """Lines in the words that both sides have."""
    for pattern, words in LINES.items():
        lines = [re.sub(pattern, words, line.strip()) for line in lines]
    return [line for line in lines if not line.startswith(LEFT_OUT)]
