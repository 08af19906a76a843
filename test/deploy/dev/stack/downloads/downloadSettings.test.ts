import {
  addressOf,
  readDownloadSettings,
} from '../../../../../deploy/dev/stack/downloads/downloadSettings.ts';

const FILE = 'https://get.helm.sh/helm-v3.tar.gz';

describe('the settings of downloads', () => {
  test('leave every file where it is published by default', () => {
    const settings = readDownloadSettings({});
    expect(settings.isEnabled).toBe(true);
    expect(addressOf(FILE, settings)).toBe(FILE);
  });

  test.each(['https://mirror.example/files', 'https://mirror.example/files/'])(
    'lead to the folder of the host at the mirror %s',
    (mirror) => {
      const settings = readDownloadSettings({ STACK_DOWNLOAD_MIRROR: mirror });
      expect(addressOf(FILE, settings)).toBe('https://mirror.example/files/get.helm.sh/helm-v3.tar.gz');
    },
  );

  test('turn downloads off', () => {
    expect(readDownloadSettings({ STACK_DOWNLOADS: 'off' }).isEnabled).toBe(false);
  });

  test.each([
    [{ STACK_DOWNLOADS: 'no' }, 'STACK_DOWNLOADS is "no": set it to on or off, or unset it.'],
    [{ STACK_DOWNLOAD_MIRROR: 'mirror.example' }, /^STACK_DOWNLOAD_MIRROR is "mirror\.example".*https:/],
  ])('refuse %j in one line', (environment, message) => {
    expect(() => readDownloadSettings(environment)).toThrow(message);
  });
});
