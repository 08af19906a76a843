import { parseSync } from '@swc/core';
import { asObject } from '../../../src/domain/kubernetes/mergePatch.ts';

const BLOCKS = ['describe', 'test', 'it'];

/**
 * The titles of the tests in a source, as they are written: `%s` stays. A test within blocks has the blocks' titles in
 * front, joined by ` › ` as jest shows them. Commented-out and skipped tests are no tests.
 * @throws on a title that is not plain text: nothing could refer to it
 */
export function testTitles(source: string): readonly string[] {
  return titlesIn(parseSync(source, { syntax: 'typescript', target: 'es2024' }).body, []);
}

function titlesIn(node: unknown, blocks: readonly string[]): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, callee, arguments: parameters } = asObject(node);
  const word = type === 'CallExpression' ? blockWord(callee) : undefined;
  if (word === undefined || !Array.isArray(parameters))
    return Object.values(node).flatMap((child) => titlesIn(child, blocks));
  const [title, ...rest]: readonly unknown[] = parameters;
  const path = [...blocks, textOf(asObject(title)['expression'])];
  return word === 'describe' ? titlesIn(rest, path) : [path.join(' › ')];
}

/** `test`, of `test(…)` as of `test.each([…])(…)`; the call `test.each([…])` itself is none. */
function blockWord(callee: unknown): string | undefined {
  const { type, value, object, property, callee: inner } = asObject(callee);
  if (type === 'Identifier') return BLOCKS.find((word) => word === value);
  if (type === 'CallExpression')
    return asObject(inner)['type'] === 'MemberExpression' ? eachOf(inner) : undefined;
  return type === 'MemberExpression' && asObject(property)['value'] === 'only'
    ? blockWord(object)
    : undefined;
}

function eachOf(member: unknown): string | undefined {
  const { object, property } = asObject(member);
  return asObject(property)['value'] === 'each' ? blockWord(object) : undefined;
}

function textOf(title: unknown): string {
  const { type, value, quasis } = asObject(title);
  if (type === 'StringLiteral') return String(value);
  if (type === 'TemplateLiteral' && Array.isArray(quasis) && quasis.length === 1)
    return String(asObject(quasis[0])['cooked']);
  throw new Error(`a test's title must be plain text, not ${String(type)}`);
}
