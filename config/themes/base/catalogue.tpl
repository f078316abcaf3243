{{> top}}
{{> trail}}
{{#query}}
<h1>{{text catalogue.found}}</h1>
{{/query}}
{{^query}}
<h1>{{title}}</h1>
{{/query}}
{{?categories}}
<nav class="chips" aria-label="{{text catalogue.below}}">
<ul>
{{#categories}}
<li><a href="{{url}}">{{label}}</a></li>
{{/categories}}
</ul>
</nav>
{{/categories}}
{{?states}}
<nav class="chips narrow_down" aria-label="{{text catalogue.states}}">
<ul>
{{#states}}
<li><a href="{{url}}" {{#is_current}}aria-current="true" {{/is_current}}>{{label}}</a></li>
{{/states}}
</ul>
</nav>
{{/states}}
{{?items}}
<ul class="cards">
{{#items}}
{{> card}}
{{/items}}
</ul>
{{/items}}
{{^items}}
<p>{{text catalogue.nothing}}</p>
<p><a href="/items">{{text catalogue.everything}}</a></p>
{{/items}}
{{#next}}
<p class="more"><a class="button" href="{{next}}" rel="next">{{text page.more}}</a></p>
{{/next}}
{{> bottom}}
