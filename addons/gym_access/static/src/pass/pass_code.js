/**
 * The codes of a pass, as domain/pass_code.py reads them: one every 15 seconds, made from a chain of hashes of which
 * the server knows the end. Native modules only: the page has no other scripts.
 */

export const STEP_S = 15;
export const STEPS = 86400 / STEP_S;
export const DAYS_AHEAD = 7;
const VALUE_BYTES = 16;
const DIGITS = 54;
export const MARK_EVERY = 64; // values of a chain that are kept, to make any other with few hashes

/** Return the value one step nearer to the anchor. */
export async function down(phone, day, step, value) {
    const bytes = new Uint8Array(8 + VALUE_BYTES);
    const view = new DataView(bytes.buffer);
    view.setUint32(0, phone);
    view.setUint16(4, day);
    view.setUint16(6, step);
    bytes.set(value, 8);
    return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).slice(0, VALUE_BYTES);
}

/** Return the chain of a day: `anchor`, and `marks`, every 64th value, from which the others follow. */
export async function makeChain(phone, day, secret) {
    const marks = {};
    let value = secret;
    for (let position = STEPS; position > 0; position--) {
        if (position % MARK_EVERY === 0) {
            marks[position] = toHex(value);
        }
        value = await down(phone, day, position - 1, value);
    }
    return {anchor: toHex(value), marks};
}

/** Return the code of a step of a day. */
export async function makeCode(phone, day, step, marks) {
    const wanted = step + 1;
    let position = Math.ceil(wanted / MARK_EVERY) * MARK_EVERY;
    let value = fromHex(marks[position]);
    for (; position > wanted; position--) {
        value = await down(phone, day, position - 1, value);
    }
    let number = (BigInt(phone) << 4n) | BigInt(day % 16);
    number = (((number << 13n) | BigInt(step)) << 128n) | BigInt("0x" + toHex(value));
    return "90" + number.toString().padStart(DIGITS, "0");
}

/** Return day and step since 1970 of an instant in milliseconds. */
export function stepOf(ms) {
    const step = Math.floor(ms / 1000 / STEP_S);
    return {day: Math.floor(step / STEPS), step: step % STEPS};
}

export function toHex(bytes) {
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export function fromHex(text) {
    return Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
}
