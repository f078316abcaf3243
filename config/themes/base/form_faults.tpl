{{?faults}}
<div class="reasons" role="alert">
<p><strong>{{text form.faults}}</strong></p>
<ul>
{{#faults}}
<li><a href="{{field}}">{{label}}</a>: {{words}}</li>
{{/faults}}
</ul>
</div>
{{/faults}}
