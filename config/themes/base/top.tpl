<!doctype html>
<html lang="{{language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{title}} · {{shop}}</title>
<link rel="stylesheet" href="{{asset styles.css}}">
<link rel="icon" href="{{asset icon.svg}}" type="image/svg+xml">
</head>
<body>
<a class="skip" href="#main">{{text page.skip}}</a>
<header class="shop">
<div class="curtain">
<div class="wide">
<a class="name" href="/">{{shop}}</a>
<form class="search" role="search" method="get" action="/items">
<label class="unseen" for="q">{{text search.label}}</label>
<input id="q" name="q" type="search" maxlength="100" placeholder="{{text search.hint}}" value="{{query}}">
<button type="submit">{{text search.go}}</button>
</form>
<nav aria-label="{{text nav.label}}">
<ul>
{{#customer}}
<li><a href="/account">{{text account.heading}}</a></li>
<li><a href="/watch-list">{{text watch_list.heading}}</a></li>
{{/customer}}
{{^customer}}
<li><a href="/log-in">{{text nav.log_in}}</a></li>
{{/customer}}
<li><a class="cart" href="/cart">{{text nav.cart}}{{#in_cart}} <span class="count">{{in_cart}}<span class="unseen"> {{text nav.in_cart}}</span></span>{{/in_cart}}</a></li>
</ul>
</nav>
</div>
{{?menu}}
<nav class="menu wide" aria-label="{{text nav.menu}}">
<ul>
{{#menu}}
<li><a href="{{url}}">{{label}}</a></li>
{{/menu}}
</ul>
</nav>
{{/menu}}
</div>
<svg class="slits" viewBox="0 0 1000 40" preserveAspectRatio="none" aria-hidden="true" focusable="false"><path d="M0 0H198Q196 22 198 37Q100 42 2 36Q0 20 0 0ZM202 0H398Q400 20 397 36Q300 41 203 37Q204 20 202 0ZM402 0H598Q596 22 598 37Q500 42 402 36Q404 20 402 0ZM602 0H798Q800 20 797 36Q700 41 603 37Q604 20 602 0ZM802 0H1000Q1000 20 998 36Q900 42 803 37Q804 20 802 0Z"/></svg>
</header>
<main id="main" class="wide">
{{#is_closed_today}}
<p class="notice" role="note">{{text notice.closed_today}} <a href="/calendar">{{text nav.calendar}}</a></p>
{{/is_closed_today}}
{{#notice}}
<p class="notice" role="status">{{notice}}</p>
{{/notice}}
