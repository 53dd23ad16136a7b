// Inputs of the benchmark, always the same for the same seed. No table of the product was made from them.

/** Small deterministic generator: Lehmer, 31 bits. */
function random(seed) {
  let state = (seed * 48271) % 2147483647 || 1;
  return (below) => {
    state = (state * 48271) % 2147483647;
    return state % below;
  };
}

/** A haproxy.cfg of at least `lines` lines: sites with a frontend and pools of servers. */
export function haproxyConfig(lines, seed = 1) {
  const next = random(seed);
  const out = [
    'global',
    '    log /dev/log local0',
    '    maxconn 20000',
    '',
    'defaults',
    '    mode http',
    '    log global',
    '    option httplog',
  ];
  out.push(
    '    timeout connect 4s',
    '    timeout client 45s',
    '    timeout server 45s',
    '    default-server inter 3s fall 3 rise 2',
    '',
  );
  for (let site = 1; out.length < lines; site++) {
    out.push(
      `frontend web_${site}`,
      `    bind 127.0.0.1:${1024 + (site % 60000)}`,
      `    http-request set-header X-Site "site ${site}"`,
    );
    const pools = 3 + next(4);
    for (let pool = 0; pool < pools; pool++) {
      out.push(
        `    acl is_${pool} hdr(host) -i app${pool}.site${site}.example.net # site ${site}`,
        `    use_backend pool_${site}_${pool} if is_${pool} !{ path_beg /internal }`,
      );
    }
    out.push(`    default_backend pool_${site}_0`, '');
    for (let pool = 0; pool < pools; pool++) {
      out.push(
        `backend pool_${site}_${pool}`,
        `    balance ${['roundrobin', 'leastconn', 'source'][next(3)]}`,
        '    option httpchk GET /alive',
        '    timeout queue 8s',
      );
      const servers = 4 + next(14);
      for (let server = 0; server < servers; server++) {
        out.push(
          `    server node${server} 10.${site % 250}.${(site >> 8) % 250}.${server + 1}:8080 check weight ${1 + next(100)} maxconn 400`,
        );
      }
      out.push('');
    }
  }
  return out.join('\n') + '\n';
}

/** The four files of both hosts of a pair with its own VIP and VRID: path below the pair's directory -> text. */
export function pair(index) {
  const files = {};
  const [b, c] = [(index >> 8) & 255, index & 255];
  for (const side of [0, 1]) {
    const own = `10.${b}.${c}.${11 + side}`;
    const host = `node${String(index * 2 + side).padStart(5, '0')}`;
    files[`${host}/etc/keepalived/keepalived.conf`] = keepalivedConfig(`10.${b}.${c}.10`, 1 + (index % 255), side);
    files[`${host}/etc/haproxy/haproxy.cfg`] = haproxyConfig(60 + (index % 20), 7 + (index % 20)).replaceAll(
      '127.0.0.1',
      `10.${b}.${c}.10`,
    );
    files[`${host}/etc/ssh/sshd_config`] =
      `AddressFamily inet\nListenAddress ${own}\nPermitRootLogin no\nPasswordAuthentication no\nClientAliveInterval 60\nUsePAM yes\n`;
    files[`${host}/etc/sysctl.d/90-ha.conf`] = 'net.ipv4.ip_nonlocal_bind = 1\nnet.ipv4.conf.all.arp_ignore = 1\n';
  }
  return files;
}

function keepalivedConfig(vip, vrid, side) {
  return `global_defs {
    enable_script_security
    script_user root
}
vrrp_script chk_haproxy {
    script "/usr/bin/pgrep -x haproxy"
    interval 2
    weight 20
}
vrrp_instance VI_${vrid} {
    state ${side === 0 ? 'MASTER' : 'BACKUP'}
    interface eth0
    virtual_router_id ${vrid}
    priority ${side === 0 ? 100 : 90}
    virtual_ipaddress {
        ${vip}/24
    }
    track_script {
        chk_haproxy
    }
}
`;
}
