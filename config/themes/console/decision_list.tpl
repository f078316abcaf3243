{{#decisions}}
<details>
<summary><code>{{point}}</code> <span class="state {{effect}}">{{effect}}</span> <span>{{occasion}}</span> <time datetime="{{at}}">{{at}}</time></summary>
<p class="quiet">{{text decision.number}} <code>{{id}}</code> · {{text order.revision}} <code>{{revision}}</code></p>
<ul>
{{#answers}}
<li><strong>{{policy}}</strong> <span class="quiet">{{version}}</span> <span class="state {{effect}}">{{effect}}</span>
<ul>
{{#reasons}}
<li><code>{{code}}</code> {{#parameters}}<span class="quiet">{{name}} = {{value}}</span> {{/parameters}}
{{?path}}
<br><code>{{path}}</code> <span class="quiet">{{origin}}</span>
<ul class="places">
{{#places}}
<li><code>{{text}}</code> <span class="quiet">{{origin}}</span></li>
{{/places}}
</ul>
{{/path}}
</li>
{{/reasons}}
</ul>
</li>
{{/answers}}
</ul>
</details>
{{/decisions}}
