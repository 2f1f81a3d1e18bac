"""Stand-ins for the programs that a set-up runs. Nothing is installed."""

from tools import programs

FETCHING = "-r requirements-uv.lock"


class Machine:
    """What venv, pip and uv do on a computer of the test's making."""

    def __init__(self):
        self.commands = []
        self.environments = []
        self.settings = ""  # what `pip config list` prints
        self.uv = "/somewhere/uv"  # None where PATH has none
        self.answers = {"pip": (0, "Installing collected packages: all"), "uv": (0, ""), "fetch": (0, "")}
        self.version, self.packages = "3.11.7", True

    def run(self, command, environment=None):
        """Stand in for tools.programs.run_quietly."""
        command = [str(part) for part in command]
        self.commands.append(command)
        self.environments.append(environment)
        if command[1:3] == ["-m", "venv"]:
            programs.venv_python().parent.mkdir(parents=True)
            programs.venv_python().touch()
            (programs.VENV / "pyvenv.cfg").touch()
        if "config" in command:
            return 0, self.settings
        if "install" not in command:
            return 0, ""
        if FETCHING in " ".join(command):
            return self.answers["fetch"]
        return self.answers["uv" if command[1] == "pip" else "pip"]

    def look(self):
        """Stand in for tools.environment.look."""
        return (self.version, self.packages) if programs.venv_python().exists() else ("", False)

    def steps(self):
        """What was run since the last look, in order: 'venv', 'uv by pip', 'pip' or 'uv' once a step, 'check'."""
        found = []
        for command in self.commands:
            if command[1:3] == ["-m", "venv"]:
                found.append("venv")
            elif FETCHING in " ".join(command):
                found.append("uv by pip")
            elif "install" in command:
                found.append("uv" if command[1] == "pip" else "pip")
            elif "check" in command:
                found.append("check")
        self.commands.clear()
        self.environments.clear()
        return found
