"""The radar's page as a Jinja2 template. Every value is escaped by the environment (radarhtml); none is a link.

What a cell opens is a popover: Enter opens it, Escape or the cell again closes it, without a line of script.
"""

from __future__ import annotations

PAGE = """\
{%- macro commands(lines) -%}
{% if lines %}<div class="cmd"><pre><code>{% for line in lines %}{{ line }}
{% endfor %}</code></pre></div>{% endif %}
{%- endmacro -%}
{%- macro side(name, lines) -%}
<div class="side" role="group" aria-label="{{ name }}">
{%- for number, text in lines.lines %}<div class="l"><span class="ln">{{ number }}</span><code>{{ text }}</code></div>
{%- endfor -%}
{%- if lines.left %}<p class="cut">… and {{ lines.left }} more lines</p>
{%- elif not lines.lines %}<p class="cut">no line here</p>{% endif -%}
</div>
{%- endmacro -%}
{%- macro sheet(s) -%}
<div class="sheet" id="{{ s.id }}" popover role="dialog" aria-labelledby="{{ s.id }}h" tabindex="-1" autofocus>
<header><h4 id="{{ s.id }}h">{{ s.says }}</h4>
<button type="button" class="close" popovertarget="{{ s.id }}" popovertargetaction="hide" aria-label="Close">✕</button>
</header>
<p class="who"><span class="tag">Who:</span> {{ s.who }}</p>
{{ commands(s.commands) }}
{%- for p in s.places %}
<section class="place">
<h5><span class="path">{{ p.path }}</span> <span class="kind">{{ p.kind }}</span>
{%- if p.nature %} <span class="kind nature">{{ p.nature }}</span>{% endif %}</h5>
{%- if p.recipe %}
<p class="recipe">{% for part in p.recipe %}
{%- if loop.index0 % 2 %}<code>{{ part }}</code>{% else %}{{ part }}{% endif %}{% endfor %}</p>
{%- endif %}
<div class="sides heads"><p class="ours"><b>{{ s.ours }}</b>{% if p.ours %} · {{ p.ours }}{% endif %}</p>
<p class="theirs"><b>{{ s.theirs }}</b>{% if p.theirs %} · {{ p.theirs }}{% endif %}</p></div>
{%- for ours, theirs in p.hunks %}
<div class="sides hunk">{{ side(s.ours, ours) }}{{ side(s.theirs, theirs) }}</div>
{%- endfor %}
{%- if p.left %}
<p class="cut">… and {{ p.left }} more places in this file</p>
{%- endif %}
</section>
{%- endfor %}
{%- if s.left %}
<p class="cut">… and {{ s.left }} more paths</p>
{%- endif %}
</div>
{%- endmacro -%}
{%- macro listing(key, title, sheets) -%}
{% if sheets %}
<section aria-labelledby="{{ key }}">
<h3 id="{{ key }}">{{ title }}</h3>
<ul class="items">
{%- for s in sheets %}
<li><button type="button" class="open" popovertarget="{{ s.id }}">{{ s.says }}</button>
<p class="sub">{% if s.files %}<span class="path">{{ s.files }}</span> · {% endif %}{{ s.who }}</p></li>
{%- endfor %}
</ul>
</section>
{% endif %}
{%- endmacro -%}
{%- macro matrix(t) -%}
<section aria-labelledby="{{ t.id }}m">
<h3 id="{{ t.id }}m">Who × who</h3>
<p class="hint" id="{{ t.id }}mh">A row lands first, a column after it.
A number is a conflict in so many files: choose it to see the lines.</p>
<div class="scroll" role="region" aria-labelledby="{{ t.id }}m" tabindex="0">
<table class="matrix" aria-describedby="{{ t.id }}mh">
<caption class="vh">Which branches conflict on {{ t.name }}: the row lands first, the column after it</caption>
<thead><tr><td class="corner"><span aria-hidden="true">first ↓ then →</span></td>
{%- for r in t.matrix.rows[1:] %}
<th scope="col"{% if r.stale %} class="stale"{% endif %}>
{#- #}<span class="up" title="{{ r.name }}"><b>{{ r.number }}</b> {{ r.name }}
 {% if r.stale %}<span class="vh">(conflicts with {{ t.name }})</span>{% endif %}</span></th>
{%- endfor %}</tr></thead>
<tbody>
{%- for r in t.matrix.rows %}
<tr{% if not r.number %} class="first"{% endif %}>
{#- #}<th scope="row"{% if r.stale %} class="stale"{% endif %}>
{#- #}<span class="row" title="{{ r.name }}">
{%- if r.number %}<b>{{ r.number }}</b> {% endif %}{{ r.name }}
 {% if r.stale %}<span class="vh">(conflicts with {{ t.name }})</span>{% endif %}</span></th>
{%- for c in r.cells -%}
<td class="{{ c.kind }}">
{%- if c.sheet %}<button type="button" popovertarget="{{ c.sheet }}" aria-label="{{ c.label }}">{{ c.text }}</button>
{%- else %}<span class="vh">{{ c.label }}</span>{% if c.text %}<span aria-hidden="true">{{ c.text }}</span>{% endif %}
{%- endif %}</td>
{%- endfor %}</tr>
{%- endfor %}
</tbody></table></div>
<ul class="legend" aria-label="Legend">{%- for kind, key, said in legend if kind in t.matrix.kinds %}
<li><span class="key {{ kind }}" aria-hidden="true">{{ key }}</span> {{ said }}</li>
{%- endfor %}
</ul>
{%- if t.matrix.left %}
<p class="cut">{{ t.matrix.left }} more branches are not drawn; conflicts of theirs are listed below.</p>
{%- endif %}
</section>
{%- endmacro -%}
{%- macro graph(t, g, key) -%}
<section aria-labelledby="{{ key }}">
<h3 id="{{ key }}">Landing order</h3>
<p class="lead">{{ g.says }}.</p>
<p class="hint">{{ g.title }}.
{%- if g.bad %} A full point can land now{% if g.arcs %}; a curve joins two that conflict{% endif %}.{% endif %}</p>
<div class="scroll order" role="region" aria-labelledby="{{ key }}" tabindex="0"><div class="graph">
<svg viewBox="{{ g.left }} 0 {{ 96 - g.left }} {{ g.height }}" width="{{ (96 - g.left) / 16 }}em"
height="{{ g.nodes | length * 2 }}em" aria-hidden="true" focusable="false">
<path class="spine" d="M84 16V{{ g.height - 16 }}"/>
{%- for arc in g.arcs %}<path class="arc" d="{{ arc }}"/>{% endfor %}
{%- for n in g.nodes %}
<circle class="{{ "bad" if not n.step.clean else "now" if n.now else "later" }}" cx="84" cy="{{ n.y }}" r="6"/>
{%- endfor %}
</svg>
<ol>
{%- for n in g.nodes %}
<li><span class="no">{{ n.number }}</span> <span class="name">{{ n.step.branch }}</span> {% if not n.step.clean -%}
<span class="flag bad">conflicts{% if n.against %} with {{ n.against }}{% endif %}</span>
{%- elif n.now %}<span class="flag">now</span>{% else %}<span class="flag">clean</span>{% endif %}</li>
{%- endfor %}
</ol></div></div>
{%- if g.bad %}
<ul class="plain">{% for said in g.bad %}<li>{{ said }}</li>{% endfor %}</ul>
{%- endif %}
</section>
{%- endmacro -%}
{%- macro plain(key, title, items, hint="") -%}
{% if items %}
<section aria-labelledby="{{ key }}">
<h3 id="{{ key }}">{{ title }}</h3>
{%- if hint %}
<p class="hint">{{ hint }}</p>
{%- endif %}
<ul class="plain">{% for said in items %}
<li>{{ said }}</li>{% endfor %}
</ul>
</section>
{% endif %}
{%- endmacro -%}
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{{ style_hash }}';
 script-src '{{ script_hash }}'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Conflict radar: {{ verdict }}</title>
<style>{{ style }}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the radar</a>
<header class="top">
<p class="brand">gitflowguard <span>conflict radar</span></p>
<h1>{{ verdict }}</h1>
{%- if targets | length > 1 %}
<nav aria-label="Targets"><ul>
{%- for t in targets %}<li><a href="#{{ t.id }}">{{ t.name }}</a></li>{% endfor %}</ul></nav>
{%- endif %}
</header>
<main id="main" tabindex="-1">
{%- for t in targets %}
<section class="target" id="{{ t.id }}" aria-labelledby="{{ t.id }}h">
<h2 id="{{ t.id }}h">{{ t.name }} <code>{{ t.tip }}</code></h2>
<ul class="tiles" aria-label="Counts">{% for count, said, style in t.tiles %}
<li class="{{ style }}"><b>{{ count }}</b> {{ said }}</li>{% endfor %}
</ul>
{%- if t.matrix %}
{{ matrix(t) }}
{%- endif %}
{{ listing(t.id ~ "s", "In conflict with " ~ t.name ~ " as it is", t.sheets | selectattr("stale") | list) }}
{{- listing(t.id ~ "p", "In conflict with each other", t.sheets | rejectattr("stale") | list) }}
{%- for g in t.graphs %}
{{ graph(t, g, t.id ~ "o" ~ loop.index) }}
{%- endfor %}
{{ plain(t.id ~ "b", "Broken although git merges them", t.broken) }}
{%- if t.stacked %}
<section aria-labelledby="{{ t.id }}k">
<h3 id="{{ t.id }}k">Stacked</h3>
<ul class="plain">{% for said, squash in t.stacked %}
<li>{% if squash %}<span class="flag warn">squash</span> {% endif %}{{ said }}</li>{% endfor %}
</ul>
</section>
{%- endif %}
{%- if t.untold %}
<section aria-labelledby="{{ t.id }}u">
<h3 id="{{ t.id }}u">Cannot be told</h3>
<ul class="plain">{% for name, why, help in t.untold %}
<li><b>{{ name }}</b>: {{ why }}{{ commands(help) }}</li>{% endfor %}
</ul>
</section>
{%- endif %}
{{ plain(t.id ~ "l", "Landed", t.landed, "Nothing of these is left to land; they can be deleted.") }}
{{- plain(t.id ~ "e", "Landed here", t.kept, "These are not on every target of theirs yet, so keep them.") }}
{%- for s in t.sheets %}
{{ sheet(s) }}
{%- endfor %}
</section>
{%- endfor %}
{%- if twins %}
<section class="target" aria-labelledby="twins">
<h2 id="twins">The same work twice</h2>
<ul class="plain">{% for said, commits, left in twins %}
<li>{{ said }}
<ul>{% for one, other, subject in commits %}
<li><code>{{ one[:7] }}</code> and <code>{{ other[:7] }}</code> {{ subject }}</li>
{%- endfor %}{% if left %}<li>… and {{ left }} more commits</li>{% endif %}</ul></li>{% endfor %}
</ul>
</section>
{%- endif %}
{%- if notes %}
<section class="target" aria-labelledby="notes">
<h2 id="notes">Notes</h2>
<ul class="plain">{% for said in notes %}
<li>{{ said }}</li>{% endfor %}
</ul>
</section>
{%- endif %}
</main>
<footer><p>{{ looked }} gitflowguard {{ version }}</p></footer>
<p class="vh" role="status" id="said"></p>
<script>{{ script }}</script>
</body>
</html>
"""
