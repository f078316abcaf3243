{{> top}}
<h1>{{text calendar.heading}}</h1>
<p>{{text calendar.how}}</p>
{{#opens}}
<p>{{text calendar.hours}}</p>
{{/opens}}
<div class="columns">
{{#months}}
<table class="month">
<caption>{{name}}</caption>
<thead>
<tr>
{{#weekdays}}
<th scope="col">{{text}}</th>
{{/weekdays}}
</tr>
</thead>
<tbody>
{{#weeks}}
<tr>
{{#days}}
{{#day}}
<td {{#is_closed}}class="closed" {{/is_closed}}{{#is_today}}aria-current="date" {{/is_today}}>{{day}}{{#is_closed}}<span class="unseen"> {{text calendar.closed}}</span>{{/is_closed}}</td>
{{/day}}
{{^day}}
<td></td>
{{/day}}
{{/days}}
</tr>
{{/weeks}}
</tbody>
</table>
{{/months}}
</div>
<p class="legend"><span class="closed swatch" aria-hidden="true"></span> {{text calendar.closed}}</p>
{{> bottom}}
