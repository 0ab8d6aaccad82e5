/** Making elements. Text is only ever set as text, so nothing of a study can become markup. */

type Properties<Name extends keyof HTMLElementTagNameMap> = Partial<
    Omit<HTMLElementTagNameMap[Name], 'style' | 'attributes'>
> & {
    readonly attributes?: Readonly<Record<string, string>>;
};

/** An element with properties, attributes and children. */
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

/** What the server states in the page itself, in the element `meta` of a name. */
export function stated(name: string): string {
    return document.querySelector<HTMLMetaElement>(`meta[name=${name}]`)?.content ?? '';
}

/** A function that calls another one once it was not called for so many milliseconds. */
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

/** A function that calls another one at most once in so many milliseconds, and once after the last call. */
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
