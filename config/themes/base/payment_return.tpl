{{> top}}
<div class="narrow">
<h1 class="outcome {{outcome_code}}">{{outcome}}</h1>
<p>{{text order.number}} <code>{{number}}</code></p>
<p class="go"><a class="button" href="{{order}}">{{text payment.to_order}}</a></p>
{{?pay}}
<form class="plain" method="post" action="{{pay}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<button class="main" type="submit">{{text payment.again}}</button>
</form>
{{/pay}}
</div>
{{> bottom}}
