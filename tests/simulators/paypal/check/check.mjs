// PayPal's two published clients buy something from the simulator, and are refused something by it.
// usage: node check.mjs SIMULATOR FOLDER_WITH_NODE_MODULES
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import http from 'node:http';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { join } from 'node:path';

const [simulator, folder] = process.argv.slice(2);
const require = createRequire(join(folder, 'package.json'));
const modern = require('@paypal/paypal-server-sdk');
const deprecated = require('@paypal/checkout-server-sdk');

const process_ = spawn(simulator, ['--client', 'shop:secret'], { stdio: ['ignore', 'pipe', 'inherit'] });
process.on('exit', () => process_.kill());
const { port, address } = await new Promise((ready) => {
    createInterface({ input: process_.stdout }).once('line', (line) => ready(JSON.parse(line)));
});

/** The shopper's part: what a browser does on the approval page. Gives where the shopper is sent. */
async function decide(link, decision, funding = 'balance') {
    const page = await fetch(link);
    assert.match(await page.text(), /<h1>/);
    const answer = await fetch(link, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ decision, funding }) });
    assert.equal(answer.status, 303);
    return new URL(answer.headers.get('location'));
}

const link = (order, rel) => order.links.find((one) => one.rel === rel)?.href;

// The client has no setting for the address: its connections are led to the simulator.
const connect = (options, taken) =>
    http.request({ ...options, protocol: 'http:', hostname: '127.0.0.1', host: '127.0.0.1', port, agent: undefined }, taken);
const client = (secret) =>
    new modern.Client({
        clientCredentialsAuthCredentials: { oAuthClientId: 'shop', oAuthClientSecret: secret },
        environment: modern.Environment.Sandbox,
        unstable_httpClientOptions: { transport: { request: connect } },
    });

function order(attempt, value, currencyCode = 'JPY') {
    return {
        intent: 'CAPTURE',
        purchaseUnits: [{ customId: attempt, invoiceId: `N-${attempt}`, amount: { currencyCode, value } }],
        paymentSource: {
            paypal: { experienceContext: { returnUrl: 'http://shop.localhost/back?o=1', cancelUrl: 'http://shop.localhost/no' } },
        },
    };
}

const checks = {
    async 'the client of today buys and is given money back'() {
        const orders = new modern.OrdersController(client('secret'));
        const payments = new modern.PaymentsController(client('secret'));
        const ask = { body: order('a1', '1500'), paypalRequestId: 'create-a1', prefer: 'return=minimal' };
        const made = await orders.createOrder(ask);
        assert.equal(made.statusCode, 201);
        assert.equal(made.result.status, 'PAYER_ACTION_REQUIRED');
        const again = await orders.createOrder(ask);
        assert.equal(again.statusCode, 200);
        assert.equal(again.result.id, made.result.id);

        const back = await decide(link(made.result, 'payer-action'), 'approve');
        assert.equal(back.searchParams.get('token'), made.result.id);
        assert.equal(back.searchParams.get('o'), '1');
        assert.ok(back.searchParams.get('PayerID'));
        const id = made.result.id;
        assert.equal((await orders.getOrder({ id })).result.status, 'APPROVED');

        const taking = { id, paypalRequestId: 'capture-a1', prefer: 'return=representation' };
        const taken = await orders.captureOrder(taking);
        const capture = taken.result.purchaseUnits[0].payments.captures[0];
        assert.equal(taken.statusCode, 201);
        assert.equal(capture.status, 'COMPLETED');
        assert.deepEqual({ ...capture.amount }, { currencyCode: 'JPY', value: '1500' });
        assert.equal(capture.customId, 'a1');
        assert.equal((await orders.captureOrder(taking)).statusCode, 200);

        const refund = await payments.refundCapturedPayment({
            captureId: capture.id,
            paypalRequestId: 'refund-a1',
            body: { amount: { currencyCode: 'JPY', value: '500' } },
        });
        assert.equal(refund.result.status, 'COMPLETED');
        assert.equal((await payments.getCapturedPayment({ captureId: capture.id })).result.status, 'PARTIALLY_REFUNDED');
    },

    async 'the client of today understands refusals'() {
        const orders = new modern.OrdersController(client('secret'));
        const issue = async (asked) => (await assert.rejects(asked, (thrown) => ((issue.found = thrown), true)), issue.found);
        const precise = await issue(orders.createOrder({ body: order('a2', '15.00'), paypalRequestId: 'create-a2' }));
        assert.equal(precise.statusCode, 422);
        assert.equal(precise.result.details[0].issue, 'DECIMAL_PRECISION');

        const made = (await orders.createOrder({ body: order('a3', '15.00', 'USD'), paypalRequestId: 'create-a3' })).result;
        const early = await issue(orders.captureOrder({ id: made.id }));
        assert.equal(early.result.details[0].issue, 'ORDER_NOT_APPROVED');
        await decide(link(made, 'payer-action'), 'approve', 'declined_card');
        const declined = await issue(orders.captureOrder({ id: made.id }));
        assert.equal(declined.result.name, 'UNPROCESSABLE_ENTITY');
        assert.equal(declined.result.details[0].issue, 'INSTRUMENT_DECLINED');
        assert.equal((await decide(link(made, 'payer-action'), 'cancel')).pathname, '/no');

        const unknown = await issue(orders.getOrder({ id: 'NOSUCHORDER' }));
        assert.equal(unknown.statusCode, 404);
        const stranger = new modern.OrdersController(client('guess'));
        assert.equal((await issue(stranger.getOrder({ id: made.id }))).statusCode, 401);
    },

    async 'the client of old buys by eCheck'() {
        const environment = new deprecated.core.PayPalEnvironment('shop', 'secret', address, address);
        const paypal = new deprecated.core.PayPalHttpClient(environment);
        const create = new deprecated.orders.OrdersCreateRequest();
        create.requestBody({
            intent: 'CAPTURE',
            purchase_units: [{ amount: { currency_code: 'USD', value: '10.00' } }],
            application_context: { return_url: 'http://shop.localhost/back', cancel_url: 'http://shop.localhost/no' },
        });
        const made = await paypal.execute(create);
        assert.equal(made.statusCode, 201);
        assert.equal(made.result.status, 'CREATED');
        await decide(link(made.result, 'approve'), 'approve', 'echeck');
        const take = new deprecated.orders.OrdersCaptureRequest(made.result.id);
        take.prefer('return=representation');
        take.requestBody({});
        const taken = await paypal.execute(take);
        const capture = taken.result.purchase_units[0].payments.captures[0];
        assert.equal(taken.result.status, 'COMPLETED');
        assert.equal(capture.status, 'PENDING');
        assert.equal(capture.status_details.reason, 'ECHECK');
    },
};

for (const [promise, check] of Object.entries(checks)) {
    await check();
    console.log(`ok: ${promise}`);
}
const book = await (await fetch(`${address}/_book?attempt=a1`)).json();
assert.equal(book.orders.length, 1);
assert.equal(book.orders[0].units[0].capture.refunded_minor, 500);
console.log('ok: the book says the same');
process.exit(0);
