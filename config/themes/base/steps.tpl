<nav class="steps" aria-label="{{text checkout.steps}}">
<ol>
{{#steps}}
<li {{#is_current}}aria-current="step" {{/is_current}}>{{#link}}<a href="{{link}}">{{label}}</a>{{/link}}{{^link}}{{label}}{{/link}}</li>
{{/steps}}
</ol>
</nav>
