/** What is not known while a file cannot be read, and what to do, by its path inside the root or facts/NAME. */
const HELP: readonly (readonly [RegExp, string])[] = [
  [/^facts\/ip-address\.json$/, helpOf('the addresses are taken from other files, if any has them', '`ip -j address`')],
  [/^facts\/sysctl\.txt$/, helpOf('kernel settings are judged by the files of sysctl.d', '`sysctl -a`')],
  [/^facts\/listeners\.txt$/, helpOf('which ports are taken is not known', '`ss -ltnpH`')],
  [
    /^facts\/unit-files\.txt$/,
    helpOf('which units are enabled is not known', '`systemctl list-unit-files --no-legend`'),
  ],
  [/^facts\/packages\.txt$/, helpOf('versions are taken from etc/os-release', '`dpkg -l` or `rpm -qa`')],
  [/^facts\/selinux-booleans\.txt$/, helpOf('what SELinux allows is not known', '`getsebool -a`')],
  [/^facts\/selinux-ports\.txt$/, helpOf('ports that SELinux knows are not known', '`semanage port -l`')],
  [
    /^\/etc\/selinux\/config$/,
    'Whether SELinux is in force is not known. Write SELINUX=enforcing, permissive or disabled.',
  ],
  [/^\/etc\/hosts$/, 'The name is not known by this line. Start it with an address, or remove it.'],
  [
    /os-release$/,
    'The versions of the daemons are assumed. Put the file of the host there, or say them with --target.',
  ],
  [
    /nftables|\.nft$/,
    'What the host lets in and out is not known. Mend it until `nft -c -f` of the main file says nothing.',
  ],
  [
    /^\/etc\/firewalld\//,
    'What firewalld lets in is not known by it. Mend it until `firewall-cmd --check-config` says nothing.',
  ],
  [
    /^\/etc\/(?:NetworkManager|systemd\/network|network|sysconfig\/network(?:-scripts)?)\/|\/netplan\//,
    'Addresses of this host may be missing. Mend it, or store the output of `ip -j address` as facts/ip-address.json.',
  ],
  [/^\/(?:etc|lib)\/ufw\//, 'What ufw lets in and out is not known. Mend it until `ufw reload` says nothing.'],
  [
    /iptables|ip6tables/,
    'What the host lets in and out is not known. Write it anew with iptables-save or ip6tables-save.',
  ],
];

function helpOf(unknown: string, command: string): string {
  return `Of what is left out, ${unknown}. Store the output of ${command} there anew.`;
}

/** Undefined for files of which there is no more to say than of any other. */
export function factHelp(path: string): string | undefined {
  return HELP.find(([pattern]) => pattern.test(path))?.[1];
}
