/** Makes elements, and delays calls. Text is always set as text: so no value of a study becomes markup. */

type Properties<Name extends keyof HTMLElementTagNameMap> = Partial<
    Omit<HTMLElementTagNameMap[Name], 'style' | 'attributes'>
> & {
    readonly attributes?: Readonly<Record<string, string>>;
};

/** Return an element with properties, attributes and children. */
export function element<Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    properties: Properties<Name> = {},
    ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
    const { attributes, ...others } = properties;
    const made = Object.assign(document.createElement(name), others);
    for (const [attribute, value] of Object.entries(attributes ?? {})) {
        made.setAttribute(attribute, value);
    }
    made.append(...children);
    return made;
}

/** Return a button with a text that does something when it is pressed. */
export function button(text: string, press: () => void): HTMLButtonElement {
    const made = element('button', { type: 'button', textContent: text });
    made.addEventListener('click', press);
    return made;
}

/** Return what the server states in the element `meta` of a name; '' if there is none. */
export function stated(name: string): string {
    return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? '';
}

/** Return a function that calls `call` when it was not called for some milliseconds. */
export function debounced<Arguments extends readonly unknown[]>(
    milliseconds: number,
    call: (...values: Arguments) => void,
): (...values: Arguments) => void {
    let timer = 0;
    return (...values) => {
        window.clearTimeout(timer);
        timer = window.setTimeout(() => call(...values), milliseconds);
    };
}

/** Return a function that calls `call` once in some milliseconds at most, and once after its own last call. */
export function throttled(milliseconds: number, call: () => void): () => void {
    let isDue = false;
    return () => {
        if (isDue) {
            return;
        }
        isDue = true;
        window.setTimeout(() => {
            isDue = false;
            call();
        }, milliseconds);
    };
}
