import { describe, expect, it } from '@jest/globals';
import { httpUrl } from '../../lib/common/index.js';

describe('a URL among the options', () => {
  it.each([
    ['https://proxy.example.com', 'https://proxy.example.com'],
    ['https://proxy.example.com/vwo/', 'https://proxy.example.com/vwo'],
    ['http://127.0.0.1:8080/a/b//', 'http://127.0.0.1:8080/a/b'],
    ['HTTP://LOCALHOST:3000', 'http://localhost:3000'],
  ])('is taken without its trailing slash: %s', (given, taken) => {
    expect(httpUrl('baseUrl', given)).toBe(taken);
  });

  it.each([
    ['https://user:secret@vwo.example.com', 'without a user name and password'],
    ['https://secret@vwo.example.com', 'without a user name and password'],
    ['https://vwo.example.com/p?token=secret', 'without a query or fragment'],
    ['https://vwo.example.com/p?', 'without a query or fragment'],
    ['https://vwo.example.com/p#secret', 'without a query or fragment'],
    ['ftp://user:secret@vwo.example.com', 'an absolute URL of http or https'],
  ])('is refused where it can never work, without telling a secret: %s', (given, rule) => {
    const refusal = expect(() => httpUrl('gateway.url', given));
    refusal.toThrow(`\`gateway.url\` must be a${rule.startsWith('an') ? 'n absolute URL' : ` URL ${rule}`}`);
    refusal.not.toThrow('secret');
  });

  it.each([undefined, 42, 'vwo.example.com', '/vwo'])('is refused where it is none: %p', (given) => {
    expect(() => httpUrl('baseUrl', given)).toThrow('`baseUrl` must be an absolute URL');
  });
});
