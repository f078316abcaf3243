{{?trail}}
<nav class="trail" aria-label="{{text trail.label}}">
<ol>
<li><a href="/">{{text trail.home}}</a></li>
{{#trail}}
<li><a href="{{url}}" {{#is_current}}aria-current="page" {{/is_current}}>{{label}}</a></li>
{{/trail}}
</ol>
</nav>
{{/trail}}
