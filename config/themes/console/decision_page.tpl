{{> top}}
<h1>{{text decisions.one}}</h1>
{{#summary}}
<dl class="facts">
<dt>{{text decision.number}}</dt>
<dd><a href="{{link}}"><code>{{id}}</code></a></dd>
<dt>{{text decision.at}}</dt>
<dd><time datetime="{{at}}">{{at}}</time></dd>
<dt>{{text decision.occasion}}</dt>
<dd>{{occasion}}</dd>
<dt>{{text decision.outcome}}</dt>
<dd><span class="state {{outcome}}">{{outcome}}</span></dd>
<dt>{{text order.number}}</dt>
<dd>{{#order}}<code>{{order}}</code>{{/order}}{{^order}}{{text decision.no_order}}{{/order}}</dd>
</dl>
{{/summary}}
{{#order}}
<p><a href="{{order}}">{{text decision.to_order}}</a></p>
{{/order}}
{{> decision_list}}
{{> bottom}}
