"""The errors that the course raises itself."""


class CourseError(Exception):
    """Base of every error that the course raises itself; its message is Korean, for the learner."""


class SettingsError(CourseError, ValueError):
    """A setting in `.env` or in the environment cannot be used."""


class RequestError(CourseError, ValueError):
    """The body of a request is not one that any server of Chat Completions takes."""


class CassetteError(CourseError):
    """A cassette is missing, damaged or of another version."""


class VocabularyError(CourseError):
    """A bundled vocabulary file is missing or damaged."""


class TokenCountError(CourseError, ValueError):
    """What should be counted is not a list of text messages or stops tiktoken, or its price is not known."""


class LessonError(CourseError, LookupError):
    """A lesson, a recorded interaction or a staged answer of that name does not exist."""
