"""Everything that a learner sees and that becomes HTML. Knows no lesson and no exercise."""

from helpers.show.banners import live_banner, recordings_table, replay_banner, shutdown_lines
from helpers.show.chips import token_chips
from helpers.show.costs import cost_view
from helpers.show.draws import paired_draws, unit_line
from helpers.show.kinds import kind_of
from helpers.show.lines import crossing, number_line
from helpers.show.pictures import bars, curves, stacked, staircase
from helpers.show.tables import difference, table, verdict
from helpers.show.trouble import EXPLANATIONS, TRACEBACK_HINT, explain
from helpers.show.trouble_box import TroubleBox
from helpers.show.views import View, answer, code, notice, origin_line, stack, visible
