{{> top}}
<div class="narrow">
<h1>{{text contact.heading}}</h1>
{{?email}}
<p>{{text contact.email}} <strong>{{email}}</strong></p>
{{/email}}
{{?phone}}
<h2>{{text contact.phone}}</h2>
<p><strong>{{phone}}</strong></p>
<p>{{phone_days}}, {{phone_opens}} – {{phone_closes}} ({{zone}}). {{text contact.closed_days}} <a href="/calendar">{{text nav.calendar}}</a></p>
{{#is_answered_now}}
<p class="state in_stock">{{text contact.open_now}}</p>
{{/is_answered_now}}
{{^is_answered_now}}
<p class="state">{{text contact.closed_now}}</p>
{{/is_answered_now}}
{{/phone}}
</div>
{{> bottom}}
