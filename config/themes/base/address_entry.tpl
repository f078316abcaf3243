{{> top}}
<div class="narrow">
<h1>{{title}}</h1>
{{> form_faults}}
<form method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
{{> address_fields}}
<p class="go"><button class="main" type="submit">{{text address_book.save}}</button></p>
</form>
{{^is_new}}
<form class="plain" method="post" action="{{action}}">
<input type="hidden" name="csrf" value="{{csrf}}">
<button class="link" type="submit" name="do" value="remove">{{text address_book.remove}}</button>
</form>
{{/is_new}}
</div>
{{> bottom}}
