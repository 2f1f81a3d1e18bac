from helpers.show.tables import table
from helpers.show.views import View


def bars(values: dict[str, float], caption: str = "", digits: int = 3) -> View:
    """Show a number for each name as a bar.

    Args:
        values: name to number, none negative; the largest gets the longest bar.
        caption: what the bars show.
        digits: decimal places to write.

    Returns:
        One bar a line, in the given order, with the number beside it.
    """
    largest = max(values.values(), default=0) or 1
    rows = []
    for name, value in values.items():
        blocks = "█" * round(24 * value / largest)
        rows.append([name, f"{value:.{digits}f}", View(f'<span aria-hidden="true">{blocks}</span>', blocks)])
    return table(["이름", "값", "막대"], rows, caption)
