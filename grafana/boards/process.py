"""What the operating system says of a service's processes."""

from .dashboard import row, section
from .panels import runbook, stat, timeseries
from .promql import WINDOW


def process(job):
    of = f'{{job="{job}", instance=~"$instance"}}'
    cpu = "Processor cores each instance keeps busy. At its limit or at all cores: latency follows; add replicas."
    memory = "Resident memory of each instance. Steady growth over days with steady traffic is a leak; a step at a model swap is two versions for a moment."
    files = "Open files and connections as a share of what the process may open. Red: new connections will fail; raise the limit, or look for clients that never close."
    threads = "Threads of each instance. It is steady; growth means blocked work piles up."
    started = "How long each instance has run. Short and shorter: it crashes and is restarted; read its log."
    version = "Instances by version of the service. More than one for long: a rollout is stuck."
    return section(
        "Process",
        row(
            7,
            timeseries("CPU", [(f"rate(process_cpu_seconds_total{of}[{WINDOW}])", "{{instance}}")], cpu, "suffix: cores", no_value="no instance"),
            timeseries("Memory", [(f"process_resident_memory_bytes{of}", "{{instance}}")], memory, "bytes", no_value="no instance"),
            timeseries("Open files", [(f"process_open_fds{of} / process_max_fds{of}", "{{instance}}")], files, "percentunit", limits=[(0.8, "red")], no_value="no instance"),
            timeseries("Threads", [(f"process_threads{of}", "{{instance}}")], threads, no_value="no instance", width=3),
            stat("Up for", [(f"time() - process_start_time_seconds{of}", "{{instance}}")], started, "s", no_value="no instance", links=[runbook("TargetDown")], width=3),
            stat("Version", [(f'count by (version) ({job}_build_info{{instance=~"$instance"}})', "{{version}}")], version, text="value_and_name", no_value="no instance", width=3),
        ),
    )
