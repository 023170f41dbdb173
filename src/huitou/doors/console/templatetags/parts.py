"""The components that have an inside: `{% part "panel" title="…" %} … {% endpart %}`, and what a page's charts load."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from huitou.doors.console.parts import Chart

register = template.Library()

CHART_SCRIPTS = ("console/vendor/echarts.min.js", "console/charts/huitou.js")


class Part(template.Node):
    def __init__(self, name: FilterExpression, given: dict[str, FilterExpression], inside: NodeList) -> None:
        self.name, self.given, self.inside = name, given, inside

    def render(self, context: Context) -> str:
        found = context.template.engine.get_template(f"console/parts/{self.name.resolve(context)}.html")
        given = {name: value.resolve(context) for name, value in self.given.items()}
        # Nothing else of the page gets in: a title that stands there for another part is not this one's.
        return str(found.render(context.new(given | {"inside": SafeString(self.inside.render(context))})))


@register.tag("part")
def part(parser: Parser, token: Token) -> Part:
    """A component around what stands between the tags; its template says `{{ inside }}` where that goes."""
    words = token.split_contents()[1:]
    name, given = parser.compile_filter(words[0]), token_kwargs(words[1:], parser)
    inside = parser.parse(("endpart",))
    parser.delete_first_token()
    return Part(name, given, inside)


@register.simple_tag
def chart_scripts_of(builder: str) -> SafeString:
    """The scripts of charts that come after the page, by the name of what draws them; none where there is none."""
    wanted = (*CHART_SCRIPTS, f"console/charts/{builder}.js") if builder else ()
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(path),) for path in wanted))


@register.simple_tag
def chart_scripts(*charts: Any) -> SafeString:
    """The scripts that these charts need, each once; a page without charts loads none."""
    drawn = [chart for chart in charts if isinstance(chart, Chart)]
    wanted = dict.fromkeys([*CHART_SCRIPTS, *(chart.scripts for chart in drawn)]) if drawn else {}
    return format_html_join("\n", '<script src="{}" defer></script>', ((static(path),) for path in wanted))
