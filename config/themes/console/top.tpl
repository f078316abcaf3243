<!doctype html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{{title}} · Noren</title>
<link rel="stylesheet" href="{{asset console.css}}">
</head>
<body>
<a class="skip" href="#main">{{text page.skip}}</a>
<header>
<p class="name">Noren</p>
{{?storefronts}}
<nav aria-label="{{text nav.storefronts}}">
<ul>
{{#storefronts}}
<li><a href="{{link}}" {{#is_current}}aria-current="true" {{/is_current}}>{{name}}</a></li>
{{/storefronts}}
</ul>
</nav>
{{/storefronts}}
{{#member}}
<form method="post" action="/log-out">
<input type="hidden" name="csrf" value="{{csrf}}">
<span>{{member}} <span class="quiet">{{role}}</span></span>
<button type="submit">{{text nav.log_out}}</button>
</form>
{{/member}}
</header>
{{?sections}}
<nav class="sections" aria-label="{{text nav.sections}}">
<ul>
{{#sections}}
<li><a href="{{link}}" {{#is_current}}aria-current="page" {{/is_current}}>{{label}}</a></li>
{{/sections}}
</ul>
</nav>
{{/sections}}
<main id="main">
{{#notice}}
{{#is_refusal}}
<p class="notice bad" role="alert">{{notice}}</p>
{{/is_refusal}}
{{^is_refusal}}
<p class="notice" role="status">{{notice}}</p>
{{/is_refusal}}
{{/notice}}
